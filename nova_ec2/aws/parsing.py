# SPDX-License-Identifier: Apache-2.0
"""botocore's dictionaries become models: nothing above sees the former."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.address import ElasticAddress
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import VOLUMES_MAX, InstanceType
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.models.market import ON_DEMAND, SPOT
from nova_ec2.models.server import (
    BlockDevice,
    Interface,
    Server,
    ServerState,
)
from nova_ec2.models.volume import Attachment, Volume
from nova_ec2.models.vpc import Block

Raw = Mapping[str, Any]

_TRANSITION = re.compile(r'\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) GMT\)')


def tags(raw: Raw) -> dict[str, str]:
    """The ``Tags`` list as a dictionary."""
    return {tag['Key']: tag.get('Value', '') for tag in raw.get('Tags', ())}


def blocks(raw: Raw, kind: str) -> tuple[Block, ...]:
    """The blocks of a VPC or a subnet; those taken away are listed a while.

    :param kind: ``CidrBlock`` or ``Ipv6CidrBlock``
    """
    found = ((one, one.get(f'{kind}State', {}).get('State', ''))
             for one in raw.get(f'{kind}AssociationSet', ()))
    return tuple(Block(one[kind], one.get('AssociationId', ''), state)
                 for one, state in found
                 if state in ('associating', 'associated'))


def server(raw: Raw) -> Server:
    """An element of DescribeInstances or RunInstances.

    :raises ServiceFault: a field that EC2 always sends is missing
    """
    try:
        own = tags(raw)
        reason = raw.get('StateReason', {})
        return Server(
            instance_id=raw['InstanceId'],
            state=ServerState(raw['State']['Name']),
            instance_type=raw.get('InstanceType', ''),
            image_id=raw.get('ImageId', ''),
            zone=raw.get('Placement', {}).get('AvailabilityZone', ''),
            placement_group=raw.get('Placement', {}).get('GroupName', ''),
            owner=tag_keys.ownership(own, raw.get('AmiLaunchIndex', 0)),
            name=own.get(tag_keys.NAME, ''),
            reason_code=reason.get('Code', ''),
            reason=(reason.get('Message', '')
                    or raw.get('StateTransitionReason', '')),
            launch_time=_when(raw.get('LaunchTime')),
            private_address=raw.get('PrivateIpAddress', ''),
            public_address=raw.get('PublicIpAddress', ''),
            root_device_name=raw.get('RootDeviceName', ''),
            interfaces=tuple(_interface(item) for item
                             in raw.get('NetworkInterfaces', ())),
            block_devices=tuple(_block_device(item) for item
                                in raw.get('BlockDeviceMappings', ())),
            hibernation=raw.get('HibernationOptions', {}).get(
                'Configured', False),
            platform=raw.get('Platform', '').lower(),
            key_name=raw.get('KeyName', ''),
            market=(SPOT if raw.get('InstanceLifecycle') == SPOT
                    else ON_DEMAND),
            spot_request_id=raw.get('SpotInstanceRequestId', ''),
            stopped_at=_stopped(raw.get('StateTransitionReason', '')),
            user_id=own.get(tag_keys.USER, ''),
            stack=own.get(tag_keys.STACK, ''))
    except (KeyError, ValueError) as error:
        raise exc.ServiceFault(
            f'an instance in the answer is unreadable: {error!r}',
            code='Unparsable') from error


def _when(value: Any) -> datetime.datetime | None:
    return value if isinstance(value, datetime.datetime) else None


def _stopped(transition: str) -> datetime.datetime | None:
    """The time in ``User initiated (2026-07-20 10:00:00 GMT)``."""
    found = _TRANSITION.search(transition)
    try:
        return datetime.datetime.fromisoformat(
            f'{found[1]}+00:00') if found else None
    except ValueError:
        return None


def _block_device(raw: Raw) -> BlockDevice:
    ebs = raw.get('Ebs', {})
    return BlockDevice(
        device_name=raw['DeviceName'], volume_id=ebs.get('VolumeId', ''),
        status=ebs.get('Status', ''),
        delete_on_termination=ebs.get('DeleteOnTermination', False))


def _interface(raw: Raw) -> Interface:
    return Interface(
        interface_id=raw['NetworkInterfaceId'],
        mac_address=raw.get('MacAddress', ''),
        private_address=raw.get('PrivateIpAddress', ''),
        subnet_id=raw.get('SubnetId', ''),
        device_index=raw.get('Attachment', {}).get('DeviceIndex', 0))


def image(raw: Raw) -> Image:
    """An element of DescribeImages."""
    root = raw.get('RootDeviceName', '')
    disks = [item for item in raw.get('BlockDeviceMappings', ())
             if 'Ebs' in item]
    root_disk: Raw = next((disk['Ebs'] for disk in disks
                      if disk.get('DeviceName') == root), {})
    return Image(
        image_id=raw['ImageId'], state=raw.get('State', ''),
        architecture=raw.get('Architecture', ''), root_device_name=root,
        root_gib=root_disk.get('VolumeSize', 0),
        root_snapshot_id=root_disk.get('SnapshotId', ''),
        snapshot_ids=tuple(disk['Ebs']['SnapshotId'] for disk in disks
                           if disk['Ebs'].get('SnapshotId')),
        owner_id=raw.get('OwnerId', ''), public=raw.get('Public', False),
        platform=raw.get('Platform', ''), boot_mode=raw.get('BootMode', ''),
        virtualization=raw.get('VirtualizationType', 'hvm'),
        root_device_type=raw.get('RootDeviceType', 'ebs'),
        reason=raw.get('StateReason', {}).get('Message', ''),
        tpm_support=raw.get('TpmSupport', ''),
        imds_support=raw.get('ImdsSupport', ''),
        ena_support=raw.get('EnaSupport', False), tags=tags(raw))


def volume(raw: Raw) -> Volume:
    """An element of DescribeVolumes, or what CreateVolume answers."""
    return Volume(
        volume_id=raw['VolumeId'], state=raw.get('State', ''),
        size_gib=raw.get('Size', 0), zone=raw.get('AvailabilityZone', ''),
        volume_type=raw.get('VolumeType', ''), iops=raw.get('Iops', 0),
        throughput=raw.get('Throughput', 0),
        encrypted=raw.get('Encrypted', False),
        multi_attach=raw.get('MultiAttachEnabled', False),
        snapshot_id=raw.get('SnapshotId', ''),
        attachments=tuple(
            Attachment(instance_id=item.get('InstanceId', ''),
                       device_name=item.get('Device', ''),
                       status=item.get('State', ''),
                       since=_when(item.get('AttachTime')))
            for item in raw.get('Attachments', ())),
        tags=tags(raw), created=_when(raw.get('CreateTime')))


def network_interface(raw: Raw) -> NetworkInterface:
    """An element of DescribeNetworkInterfaces."""
    attachment = raw.get('Attachment', {})
    return NetworkInterface(
        interface_id=raw['NetworkInterfaceId'],
        status=raw.get('Status', ''),
        mac_address=raw.get('MacAddress', ''),
        private_address=raw.get('PrivateIpAddress', ''),
        subnet_id=raw.get('SubnetId', ''),
        instance_id=attachment.get('InstanceId', ''),
        attachment_id=attachment.get('AttachmentId', ''),
        attachment_status=attachment.get('Status', ''),
        device_index=attachment.get('DeviceIndex', 0),
        vpc_id=raw.get('VpcId', ''),
        other_addresses=tuple(
            one['PrivateIpAddress'] for one
            in raw.get('PrivateIpAddresses', ()) if not one.get('Primary')),
        ipv6_addresses=tuple(one['Ipv6Address'] for one
                             in raw.get('Ipv6Addresses', ())),
        group_ids=tuple(one['GroupId'] for one in raw.get('Groups', ())),
        checks=raw.get('SourceDestCheck', True),
        # This one call has another name for its tags.
        tags={tag['Key']: tag.get('Value', '')
              for tag in raw.get('TagSet', ())})


def elastic_address(raw: Raw) -> ElasticAddress:
    """An element of DescribeAddresses."""
    return ElasticAddress(
        allocation_id=raw['AllocationId'],
        public_address=raw['PublicIp'],
        association_id=raw.get('AssociationId', ''),
        interface_id=raw.get('NetworkInterfaceId', ''),
        private_address=raw.get('PrivateIpAddress', ''), tags=tags(raw))


def instance_type(raw: Raw) -> InstanceType:
    """An element of DescribeInstanceTypes."""
    accelerators = ('GpuInfo', 'FpgaInfo', 'InferenceAcceleratorInfo',
                    'NeuronInfo', 'MediaAcceleratorInfo')
    network, ebs = raw.get('NetworkInfo', {}), raw.get('EbsInfo', {})
    return InstanceType(
        name=raw['InstanceType'],
        vcpus=raw['VCpuInfo']['DefaultVCpus'],
        memory_mib=raw['MemoryInfo']['SizeInMiB'],
        architectures=frozenset(
            raw.get('ProcessorInfo', {}).get('SupportedArchitectures', ())),
        current_generation=raw.get('CurrentGeneration', False),
        bare_metal=raw.get('BareMetal', False),
        accelerated=any(raw.get(key) for key in accelerators),
        hypervisor=raw.get('Hypervisor', ''),
        interfaces_max=network.get('MaximumNetworkInterfaces', 1),
        addresses_per_interface=network.get('Ipv4AddressesPerInterface', 1),
        ipv6_per_interface=network.get('Ipv6AddressesPerInterface', 0),
        boot_modes=frozenset(raw.get('SupportedBootModes', ())),
        virtualization=frozenset(raw.get('SupportedVirtualizationTypes',
                                         ())),
        instance_store_gb=raw.get('InstanceStorageInfo', {}).get(
            'TotalSizeInGB', 0),
        volumes_max=ebs.get('MaximumEbsAttachments', VOLUMES_MAX),
        volumes_apart=ebs.get('AttachmentLimitType') == 'dedicated',
        hibernation=raw.get('HibernationSupported', False),
        placement_strategies=frozenset(raw.get('PlacementGroupInfo', {}).get(
            'SupportedStrategies', ())),
        nitro_tpm=raw.get('NitroTpmSupport') == 'supported',
        sev_snp='amd-sev-snp' in raw.get('ProcessorInfo', {}).get(
            'SupportedFeatures', ()),
        threads_per_core=raw['VCpuInfo'].get('DefaultThreadsPerCore', 1))
