# SPDX-License-Identifier: Apache-2.0
"""RegisterImage: an AMI of the snapshot of a root disk.

"Create an AMI from a snapshot" and "Use IMDSv2 by default", Amazon EC2 User
Guide; RegisterImage, Amazon EC2 API Reference.
"""

import dataclasses
from typing import Any

from moto.ec2.utils import random_ami_id

from nova_ec2.emulator import disks, images, tagging
from nova_ec2.emulator.errors import Refusal, only

KNOWN = frozenset({
    'Architecture', 'BlockDeviceMappings', 'BootMode', 'Description',
    'DryRun', 'EnaSupport', 'ImdsSupport', 'Name', 'RootDeviceName',
    'SriovNetSupport', 'TagSpecifications', 'TpmSupport',
    'VirtualizationType'})
_VALUES = {
    'BootMode': ('legacy-bios', 'uefi', 'uefi-preferred'),
    'ImdsSupport': ('v2.0',), 'TpmSupport': ('v2.0',),
    'SriovNetSupport': ('simple',)}


class RegisteredImages(images.Images):
    """The part of the backend that registers AMIs."""

    snapshots: Any

    def registered(self, params: dict[str, Any]) -> images.StrictAmi:
        """A pending AMI, whose snapshots were there before."""
        only(params, KNOWN, 'RegisterImage')
        name = params.get('Name') or ''
        self._check_name(name)
        for one, values in _VALUES.items():
            if params.get(one) not in (None, *values):
                raise _wrong(f'Value ({params[one]}) for parameter {one} is '
                             f'invalid. It must be {" or ".join(values)}.')
        architecture = params.get('Architecture') or 'i386'
        if (architecture not in ('x86_64', 'arm64')
                or params.get('VirtualizationType') != 'hvm'):
            raise Refusal('UnsupportedOperation',
                          'This emulator has hvm AMIs of x86_64 and arm64 '
                          'only.')
        _check_firmware(params, architecture)
        devices = self._of_snapshots(params)
        tags = tagging.specifications(
            params.get('TagSpecifications') or [], ('image',))
        made = images.StrictAmi(
            self, random_ami_id(), name=name, architecture=architecture,
            description=params.get('Description') or '', devices=devices,
            root_device_name=params['RootDeviceName'], state='pending',
            boot_mode=params.get('BootMode'),
            tpm_support=params.get('TpmSupport'))
        made.ena_support = bool(params.get('EnaSupport'))
        made.imds_support = params.get('ImdsSupport')
        self.amis[made.id] = made
        made.add_tags(tags.get('image', {}))
        self.world.timeline.after(self.world.settings.image_seconds,
                                  lambda: self._finish(made, None))
        return made

    def _of_snapshots(self, params: dict[str, Any]
                      ) -> tuple[disks.Device, ...]:
        mappings = params.get('BlockDeviceMappings') or []
        for mapping in mappings:
            ebs = mapping.get('Ebs') or {}
            if ebs.get('SnapshotId') and ebs.get('Encrypted') is not None:
                raise _mapping('the encrypted flag cannot be specified since '
                               f'device {mapping.get("DeviceName")} has a '
                               'snapshot specified.')
            self._check_own(ebs.get('SnapshotId'))
        devices = tuple(self._sized(one)
                        for one in disks.resolve(self, (), mappings))
        root = params.get('RootDeviceName')
        if not root:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter RootDeviceName')
        if not any(one.name == root and one.snapshot_id for one in devices):
            raise _mapping(f'No snapshot specified for root device {root}')
        return devices

    def _check_own(self, snapshot_id: str | None) -> None:
        found = self.snapshots.get(snapshot_id or '')
        if snapshot_id and (found is None
                            or found.owner_id != self.account_id):
            raise Refusal('InvalidSnapshot.NotFound',
                          f"The snapshot '{snapshot_id}' does not exist.")

    def _sized(self, device: disks.Device) -> disks.Device:
        """With what follows from its snapshot."""
        if not device.snapshot_id:
            return device
        snapshot = self.snapshots[device.snapshot_id]
        return dataclasses.replace(
            device, size=device.size or snapshot.volume.size,
            encrypted=bool(snapshot.encrypted))


def _check_firmware(params: dict[str, Any], architecture: str) -> None:
    mode = params.get('BootMode')
    if architecture == 'arm64' and mode not in (None, 'uefi'):
        raise _wrong(f'The boot mode {mode} is not supported for the '
                     'architecture arm64.')
    if params.get('TpmSupport') and mode != 'uefi':
        raise _wrong('NitroTPM requires the boot mode uefi.')


def _mapping(message: str) -> Refusal:
    return Refusal('InvalidBlockDeviceMapping', message)


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterValue', message)
