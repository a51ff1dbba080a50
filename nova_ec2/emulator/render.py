# SPDX-License-Identifier: Apache-2.0
"""Instances as the EC2 query protocol writes them.

Written by hand because a listing of thousands is what the emulator does most.
"""

import datetime
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from nova_ec2.emulator import firmware, types
from nova_ec2.emulator.instance import StrictInstance

_NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def run_instances(reservation: Any, request_id: str) -> str:
    """The body of RunInstances' answer."""
    return (f'{_HEAD}<RunInstancesResponse xmlns="{_NAMESPACE}">'
            f'<requestId>{request_id}</requestId>'
            f'{_reservation(reservation.id, reservation.instances)}'
            '</RunInstancesResponse>')


def describe_instances(instances: Iterable[StrictInstance], next_token: str,
                       request_id: str) -> str:
    """The body of DescribeInstances' answer."""
    groups: dict[str, list[StrictInstance]] = {}
    for instance in instances:
        groups.setdefault(instance.reservation_id, []).append(instance)
    items = ''.join(f'<item>{_reservation(an_id, members)}</item>'
                    for an_id, members in groups.items())
    return (f'{_HEAD}<DescribeInstancesResponse xmlns="{_NAMESPACE}">'
            f'<requestId>{request_id}</requestId>'
            f'<reservationSet>{items}</reservationSet>'
            f'{_text("nextToken", next_token)}'
            '</DescribeInstancesResponse>')


def _reservation(an_id: str, instances: list[StrictInstance]) -> str:
    owner = instances[0].owner_id if instances else ''
    return (f'<reservationId>{an_id}</reservationId>'
            f'<ownerId>{owner}</ownerId><groupSet/><instancesSet>'
            f'{"".join(map(instance_item, instances))}</instancesSet>')


def instance_item(instance: StrictInstance) -> str:
    """One instance as an item."""
    return ''.join((
        '<item>', _identity(instance), _state(instance), _place(instance),
        _disks(instance), _interfaces(instance), _tags(instance),
        _options(instance), '</item>'))


def _identity(one: StrictInstance) -> str:
    return ''.join((
        _text('instanceId', one.id), _text('imageId', one.image_id),
        _text('instanceType', one.instance_type),
        _text('keyName', one.key_name),
        f'<amiLaunchIndex>{one.ami_launch_index}</amiLaunchIndex>',
        _text('launchTime', _time(one.launch_time)),
        _text('clientToken', one.client_token),
        _text('architecture', one.architecture),
        _text('rootDeviceType', 'ebs'),
        _text('rootDeviceName', one.root_device_name),
        _text('virtualizationType', one.virtualization_type),
        _text('hypervisor', one.hypervisor),
        _text('instanceLifecycle', one.lifecycle),
        _text('spotInstanceRequestId', one.spot_request_id),
        '<productCodes/>'))


def _state(one: StrictInstance) -> str:
    reason = one.state_reason
    shown = (f'<stateReason>{_text("code", reason.code)}'
             f'{_text("message", reason.message)}</stateReason>'
             if reason.code else '')
    return (f'<instanceState><code>{one.state_code}</code>'
            f'<name>{one.state}</name></instanceState>{shown}'
            f'<reason>{escape(one.state_transition_reason or "")}</reason>'
            f'<monitoring><state>{one.monitoring_state}</state></monitoring>')


def _place(one: StrictInstance) -> str:
    placement = (
        f'<placement><availabilityZone>{one.availability_zone}'
        f'</availabilityZone>{_group_name(one)}<tenancy>default</tenancy>'
        '</placement>')
    if not one.nics:
        return placement + '<privateDnsName/><dnsName/><groupSet/>'
    return ''.join((
        placement, _text('subnetId', one.subnet_id),
        _text('vpcId', one.nics[0].subnet.vpc_id),
        _text('privateIpAddress', one.private_ip),
        _text('privateDnsName', one.private_dns_name),
        _text('ipAddress', one.public_ip),
        _text('ipv6Address', ''.join(one.nics[0].ipv6_addresses[:1])),
        f'<dnsName>{one.public_dns_name or ""}</dnsName>',
        _groups(one.groups),
        (f'<sourceDestCheck>{_bool(one.source_dest_check)}'
        '</sourceDestCheck>')))


def _group_name(one: StrictInstance) -> str:
    return _text('groupName', one.placement_group) or '<groupName/>'


def _disks(one: StrictInstance) -> str:
    items = ''.join(
        f'<item><deviceName>{escape(name)}</deviceName><ebs>'
        f'<volumeId>{block.volume_id}</volumeId><status>'
        f'{getattr(block, "attachment_state", "attached")}</status>'
        f'<attachTime>{_time(block.attach_time)}</attachTime>'
        f'<deleteOnTermination>{_bool(block.delete_on_termination)}'
        '</deleteOnTermination></ebs></item>'
        for name, block in one.block_device_mapping.items())
    return f'<blockDeviceMapping>{items}</blockDeviceMapping>'


def _interfaces(one: StrictInstance) -> str:
    items = ''.join(_interface(nic) for _, nic in sorted(one.nics.items()))
    return f'<networkInterfaceSet>{items}</networkInterfaceSet>'


def _interface(nic: Any) -> str:
    return ''.join((
        '<item>', _text('networkInterfaceId', nic.id),
        _text('subnetId', nic.subnet.id), _text('vpcId', nic.subnet.vpc_id),
        _text('description', nic.description),
        _text('ownerId', nic.owner_id), _text('status', nic.status),
        _text('macAddress', nic.mac_address),
        _text('privateIpAddress', nic.private_ip_address),
        f'<sourceDestCheck>{_bool(nic.source_dest_check)}</sourceDestCheck>',
        _groups(nic.group_set), '<attachment>',
        _text('attachmentId', nic.attachment_id),
        (f'<deviceIndex>{nic.device_index}</deviceIndex>'
        f'<status>{nic.attachment_status}</status>'),
        _text('attachTime', _time(nic.attach_time)),
        (f'<deleteOnTermination>{_bool(nic.delete_on_termination)}'
        '</deleteOnTermination><networkCardIndex>0</networkCardIndex>'
        '</attachment>'), _association(nic, nic.private_ip_address),
        '<privateIpAddressesSet>',
        *(f'<item>{_text("privateIpAddress", item["PrivateIpAddress"])}'
          f'<primary>{_bool(item.get("Primary", False))}</primary>'
          f'{_association(nic, item["PrivateIpAddress"])}</item>'
          for item in nic.private_ip_addresses),
        '</privateIpAddressesSet><ipv6AddressesSet>',
        *(f'<item><ipv6Address>{address}</ipv6Address>'
          '<isPrimaryIpv6>false</isPrimaryIpv6></item>'
          for address in nic.ipv6_addresses),
        ('</ipv6AddressesSet>'
         '<interfaceType>interface</interfaceType></item>')))


def _association(nic: Any, address: str) -> str:
    found = nic.association_of(address)
    if not found:
        return ''
    return (f'<association>{_text("publicIp", found["PublicIp"])}'
            f'{_text("publicDnsName", found["PublicDnsName"])}'
            f'{_text("ipOwnerId", found["IpOwnerId"])}</association>')


def _groups(groups: Iterable[Any]) -> str:
    items = ''.join(f'<item><groupId>{group.id}</groupId><groupName>'
                    f'{escape(group.name)}</groupName></item>'
                    for group in groups)
    return f'<groupSet>{items}</groupSet>'


def _tags(one: StrictInstance) -> str:
    tags = one.ec2_backend.tags_of(one.id)
    if not tags:
        return ''
    items = ''.join(f'<item><key>{escape(key)}</key><value>{escape(value)}'
                    '</value></item>' for key, value in tags.items())
    return f'<tagSet>{items}</tagSet>'


def _options(one: StrictInstance) -> str:
    imds = one.metadata_options
    return (
        f'<ebsOptimized>{_bool(one.ebs_optimized)}</ebsOptimized>'
        f'<enaSupport>{_bool(one.ena_support)}</enaSupport>'
        f'{_firmware(one)}'
        f'<metadataOptions><state>{imds.state}</state>'
        f'<httpTokens>{imds.http_tokens}</httpTokens>'
        f'<httpPutResponseHopLimit>{imds.http_put_response_hop_limit}'
        '</httpPutResponseHopLimit>'
        f'<httpEndpoint>{imds.http_endpoint}</httpEndpoint>'
        f'<httpProtocolIpv6>{imds.http_protocol_ipv6}</httpProtocolIpv6>'
        f'<instanceMetadataTags>{imds.instance_metadata_tags}'
        '</instanceMetadataTags></metadataOptions>'
        f'<hibernationOptions><configured>{_bool(one.hibernation)}'
        '</configured></hibernationOptions>'
        f'{_text("platform", one.platform)}')


def _firmware(one: StrictInstance) -> str:
    known = types.data(one.instance_type)
    threads = known['VCpuInfo'].get('DefaultThreadsPerCore', 1)
    snp = '<amdSevSnp>enabled</amdSevSnp>' if one.sev_snp else ''
    return (f'{_text("bootMode", one.boot_mode)}<currentInstanceBootMode>'
            f'{firmware.boots(one, known)}</currentInstanceBootMode>'
            f'{_text("tpmSupport", one.tpm_support)}'
            f'<cpuOptions><coreCount>{one.vcpus // threads}</coreCount>'
            f'<threadsPerCore>{threads}</threadsPerCore>{snp}</cpuOptions>')


def _text(name: str, value: Any) -> str:
    return f'<{name}>{escape(str(value))}</{name}>' if value else ''


def _time(moment: datetime.datetime | None) -> str:
    return moment.strftime('%Y-%m-%dT%H:%M:%S.000Z') if moment else ''


def _bool(value: Any) -> str:
    return 'true' if value else 'false'
