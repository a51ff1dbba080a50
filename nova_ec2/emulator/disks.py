# SPDX-License-Identifier: Apache-2.0
"""Block device mappings, and the volumes made from them.

"Block device mappings for volumes on Amazon EC2 instances", Amazon EC2 User
Guide.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

from moto.ec2.models.block_device import BlockDeviceType

from nova_ec2.emulator import disk_speed
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.volume import StrictAttachment

SIZES = {'gp2': (1, 16384), 'gp3': (1, 65536), 'io1': (4, 16384),
         'io2': (4, 65536), 'st1': (125, 16384), 'sc1': (125, 16384),
         'standard': (1, 1024)}
"""GiB that a volume of each type can have."""


KNOWN = frozenset({'DeleteOnTermination', 'Encrypted', 'Iops', 'KmsKeyId',
                   'SnapshotId', 'Throughput', 'VolumeSize', 'VolumeType'})


@dataclasses.dataclass(frozen=True, slots=True)
class Device:
    """An EBS volume of a block device mapping, sizes in GiB."""

    name: str
    size: int
    snapshot_id: str = ''
    volume_type: str = 'gp3'
    delete_on_termination: bool = False
    encrypted: bool = False
    iops: int | None = None
    throughput: int | None = None
    kms_key_id: str = ''


def resolve(backend: Any, image_devices: Iterable[Device],
            mappings: list[dict[str, Any]]) -> tuple[Device, ...]:
    """The devices of an instance: the AMI's, changed by the request's."""
    devices = {device.name: device for device in image_devices}
    named: set[str] = set()
    for mapping in mappings:
        name = mapping.get('DeviceName') or ''
        if not name or name in named:
            raise _wrong(f"The device '{name}' is missing a name or used "
                         'more than once in the block device mapping.')
        named.add(name)
        if 'NoDevice' in mapping:
            devices.pop(name, None)
        elif 'Ebs' in mapping:
            check_complete(backend, mapping['Ebs'].get('SnapshotId'))
            devices[name] = _changed(devices.get(name), name, mapping['Ebs'])
        elif not mapping.get('VirtualName', '').startswith('ephemeral'):
            raise Refusal('MissingParameter',
                          'The request must contain the parameter ebs')
    for device in devices.values():
        _check(backend, device)
    return tuple(devices.values())


def _changed(own: Device | None, name: str, ebs: dict[str, Any]) -> Device:
    only(ebs, KNOWN, 'Ebs')
    size = ebs.get('VolumeSize')
    snapshot = ebs.get('SnapshotId') or (own.snapshot_id if own else '')
    if not size and not snapshot:
        raise Refusal('MissingParameter', 'The request must contain the '
                      'parameter size or snapshotId')
    base = own or Device(name, 0)
    return dataclasses.replace(
        base, size=int(size or base.size), snapshot_id=snapshot,
        volume_type=ebs.get('VolumeType') or base.volume_type,
        delete_on_termination=ebs.get('DeleteOnTermination',
                                      base.delete_on_termination),
        encrypted=bool(ebs.get('Encrypted', base.encrypted)),
        iops=ebs.get('Iops'), throughput=ebs.get('Throughput'),
        kms_key_id=ebs.get('KmsKeyId') or '')


def check_complete(backend: Any, snapshot_id: str | None) -> None:
    """A snapshot that a volume is to be made of must be complete."""
    found = backend.snapshots.get(snapshot_id or '')
    if found is not None and found.status != 'completed':
        raise Refusal('IncorrectState', f'Snapshot {snapshot_id} is in '
                      f'invalid state - {found.status}')


def _check(backend: Any, device: Device) -> None:
    low, high = SIZES.get(device.volume_type, (0, 0))
    if not high:
        raise Refusal('InvalidParameterValue',
                      f'Value ({device.volume_type}) for parameter '
                      'volumeType is invalid.')
    size = device.size
    if device.snapshot_id:
        if backend.snapshots.get(device.snapshot_id) is None:
            raise Refusal('InvalidSnapshot.NotFound',
                          f"The snapshot '{device.snapshot_id}' does not "
                          'exist.')
        least = backend.snapshots[device.snapshot_id].volume.size
        size = size or least
        if size < least:
            raise _wrong(f'Volume of size {size}GB is smaller than snapshot '
                         f"'{device.snapshot_id}', expect size >= {least}GB")
    if not low <= size <= high:
        raise Refusal('InvalidParameterValue',
                      f'Volume size {size} GiB of type {device.volume_type} '
                      f'is invalid, it must be {low} to {high}.')
    disk_speed.check(device.volume_type, size, device.iops,
                     device.throughput)
    if device.kms_key_id and not device.encrypted:
        raise Refusal('InvalidParameterDependency',
                      'The parameter KmsKeyId requires the parameter '
                      'Encrypted to be set.')


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidBlockDeviceMapping', message)


class Disks:
    """The part of the backend that gives instances their volumes."""

    volumes: dict[str, Any]
    tags: dict[str, dict[str, str]]

    def make_disks(self, instance: StrictInstance,
                   devices: Iterable[Device], tags: dict[str, str]) -> None:
        """Make and attach the volumes of a new instance."""
        for device in devices:
            volume = self.create_volume(  # type: ignore[attr-defined]
                size=device.size or None,
                zone_name=instance.availability_zone,
                snapshot_id=device.snapshot_id or None,
                encrypted=device.encrypted, volume_type=device.volume_type,
                kms_key_id=device.kms_key_id or None,
                iops=device.iops, throughput=device.throughput)
            if tags:
                volume.add_tags(tags)
            self.join(volume, instance, device.name,
                      device.delete_on_termination)

    def join(self, volume: Any, instance: StrictInstance, name: str,
             delete_on_termination: bool) -> StrictAttachment:
        """Note on both sides that a volume is attached."""
        attachment = StrictAttachment(volume, instance, name, 'attached')
        volume.join(attachment)
        instance.block_device_mapping[name] = BlockDeviceType(
            volume_id=volume.id, status=volume.status, size=volume.size,
            attach_time=instance.launch_time,
            delete_on_termination=delete_on_termination)
        return attachment

    def part(self, volume: Any, instance: StrictInstance, name: str) -> None:
        """Note on both sides that a volume is no longer attached."""
        instance.block_device_mapping.pop(name, None)
        volume.leave(instance.id)

    def release_volumes(self, instance: StrictInstance) -> None:
        """At termination: delete with DeleteOnTermination, else detach."""
        for name, block in list(instance.block_device_mapping.items()):
            volume = self.volumes.get(block.volume_id)
            if volume is not None:
                self.part(volume, instance, name)
                # One that several instances share goes with the last.
                if block.delete_on_termination and not volume.attachments:
                    del self.volumes[volume.id]
                    self.tags.pop(volume.id, None)
        instance.block_device_mapping.clear()
