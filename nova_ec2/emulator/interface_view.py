# SPDX-License-Identifier: Apache-2.0
"""Interfaces as DescribeNetworkInterfaces shows and filters them."""

from collections.abc import Callable, Iterable
from typing import Any

from nova_ec2.emulator import filtering, tagging
from nova_ec2.emulator.interface import StrictInterface


def _attached(read: Callable[[Any], Any]) -> filtering.Values:
    return lambda one: [read(one)] if one.instance is not None else []


def _associated(name: str, every: bool = False) -> filtering.Values:
    def values(one: Any) -> Iterable[Any]:
        addresses = one.addresses if every else [one.private_ip_address]
        found = (one.association_of(address) for address in addresses)
        return [each.get(name) for each in found if each]
    return values


FILTERS: dict[str, filtering.Values] = {
    'network-interface-id': lambda one: [one.id],
    'subnet-id': lambda one: [one.subnet.id],
    'vpc-id': lambda one: [one.subnet.vpc_id],
    'availability-zone': lambda one: [one.subnet.availability_zone],
    'status': lambda one: [one.status],
    'description': lambda one: [one.description],
    'owner-id': lambda one: [one.owner_id],
    'interface-type': lambda one: [one.interface_type],
    'requester-managed': lambda one: [str(one.requester_managed).lower()],
    'source-dest-check': lambda one: [str(one.source_dest_check).lower()],
    'mac-address': lambda one: [one.mac_address],
    'group-id': lambda one: [group.id for group in one.group_set],
    'private-ip-address': lambda one: one.addresses,
    'addresses.private-ip-address': lambda one: one.addresses,
    'ipv6-addresses.ipv6-address': lambda one: one.ipv6_addresses,
    'private-dns-name': lambda one: [getattr(one, 'private_dns_name', None)],
    'attachment.attachment-id': _attached(lambda one: one.attachment_id),
    'attachment.instance-id': _attached(lambda one: one.instance.id),
    'attachment.instance-owner-id': _attached(
        lambda one: one.instance.owner_id),
    'attachment.device-index': _attached(lambda one: one.device_index),
    'attachment.status': _attached(lambda one: one.attachment_status),
    'attachment.delete-on-termination': _attached(
        lambda one: str(bool(one.delete_on_termination)).lower()),
    'association.public-ip': _associated('PublicIp'),
    'association.ip-owner-id': _associated('IpOwnerId'),
    'association.allocation-id': _associated('AllocationId'),
    'association.association-id': _associated('AssociationId'),
    'addresses.association.public-ip': _associated('PublicIp', every=True),
}
"""What each filter looks at."""


def shown(eni: StrictInterface) -> dict[str, Any]:
    """One interface."""
    subnet = eni.subnet
    return {
        'NetworkInterfaceId': eni.id, 'SubnetId': subnet.id,
        'VpcId': subnet.vpc_id, 'OwnerId': eni.owner_id,
        'AvailabilityZone': subnet.availability_zone,
        'Description': eni.description, 'Status': eni.status,
        'MacAddress': eni.mac_address, 'InterfaceType': eni.interface_type,
        'RequesterManaged': eni.requester_managed,
        'SourceDestCheck': eni.source_dest_check,
        'PrivateIpAddress': eni.private_ip_address,
        'PrivateIpAddresses': [_address(eni, item)
                               for item in eni.private_ip_addresses],
        'Ipv6Addresses': [{'Ipv6Address': one, 'IsPrimaryIpv6': False}
                          for one in eni.ipv6_addresses],
        'Groups': [{'GroupId': group.id, 'GroupName': group.name}
                   for group in eni.group_set],
        'TagSet': tagging.listed(eni.ec2_backend.tags_of(eni.id)),
        **_more(eni)}


def _address(eni: StrictInterface, item: dict[str, Any]) -> dict[str, Any]:
    address = item['PrivateIpAddress']
    made = {'PrivateIpAddress': address,
            'Primary': address == eni.private_ip_address}
    if item.get('PrivateDnsName'):
        made['PrivateDnsName'] = item['PrivateDnsName']
    if association := eni.association_of(address):
        made['Association'] = association
    return made


def _more(eni: StrictInterface) -> dict[str, Any]:
    """What only some have."""
    made: dict[str, Any] = {}
    if name := getattr(eni, 'private_dns_name', None):
        made['PrivateDnsName'] = name
    if association := eni.association_of(eni.private_ip_address or ''):
        made['Association'] = association
    if eni.ipv6_addresses:
        made['Ipv6Address'] = eni.ipv6_addresses[0]
    if attachment := eni.attachment:
        made['Attachment'] = {
            'AttachmentId': attachment.attachment_id,
            'AttachTime': attachment.attach_time,
            'DeleteOnTermination': bool(attachment.delete_on_termination),
            'DeviceIndex': attachment.device_index,
            'NetworkCardIndex': attachment.network_card_index,
            'InstanceId': attachment.instance_id,
            'InstanceOwnerId': attachment.instance_owner_id,
            'Status': attachment.status}
    return made
