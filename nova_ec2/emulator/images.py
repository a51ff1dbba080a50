# SPDX-License-Identifier: Apache-2.0
"""AMIs: they take time, have real snapshots and can be launched.

"Create an Amazon EBS-backed AMI", Amazon EC2 User Guide; CreateImage,
Amazon EC2 API Reference.
"""

import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.models.instances import StateReason
from moto.ec2.utils import (
    generic_filter,
    random_ami_id,
    random_snapshot_id,
    random_volume_id,
)

from nova_ec2.emulator import disks, seeds, tagging
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

_ID = re.compile(r'ami-([0-9a-f]{8}|[0-9a-f]{17})')
_NAME = re.compile(r"[A-Za-z0-9()\[\] ./\-'@_]{3,128}")


class StrictAmi(Ami):
    """An AMI with the devices that it was given.

    :param devices: its EBS volumes, each with its snapshot
    """

    def __init__(self, backend: Any, ami_id: str, *, name: str,
                 description: str, architecture: str, root_device_name: str,
                 devices: tuple[disks.Device, ...], state: str = 'available',
                 owner_id: str = '', owner_alias: str | None = None,
                 public: bool = False, boot_mode: str | None = None,
                 created: datetime.datetime | None = None,
                 instance_id: str | None = None,
                 platform: str | None = None,
                 tpm_support: str | None = None) -> None:
        self.ec2_backend = backend
        self.id = ami_id
        self.name = name
        self.description = description
        self.architecture = architecture
        self.root_device_name = root_device_name
        self.devices = devices
        self.state = state
        self.state_reason: StateReason | None = None
        self.owner_id = owner_id or backend.account_id
        self.owner_alias = owner_alias
        self.boot_mode = boot_mode or None
        self.tpm_support = tpm_support or None
        self.creation_date = created or backend.world.clock.utc()
        self.instance_id = instance_id
        self.image_type = 'machine'
        self.image_location = f'{self.owner_id}/{name}'
        self.virtualization_type = 'hvm'
        self.hypervisor = 'xen'
        self.kernel_id = None
        self.platform = platform
        self.platform_details = 'Windows' if platform else 'Linux/UNIX'
        self.ena_support = True
        self.imds_support: str | None = None
        self.root_device_type = 'ebs'
        self.sriov = self.sriov_net_support = 'simple'
        self.product_codes: set[str] = set()
        self.launch_permissions = [{'Group': 'all'}] if public else []

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        """BlockDeviceMapping as DescribeImages shows it."""
        return [
            {'DeviceName': device.name,
             'Ebs': {'SnapshotId': device.snapshot_id or None,
                     'VolumeSize': device.size,
                     'VolumeType': device.volume_type,
                     'DeleteOnTermination': device.delete_on_termination,
                     'Encrypted': device.encrypted}}
            for device in self.devices]


class Images(AmiBackend):
    """The part of the backend that keeps AMIs."""

    world: Any
    reboot: Callable[[StrictInstance], None]
    neighbour: Callable[[str], Any]
    shared: Callable[[], Iterator[Any]]
    shared_image: Callable[[str], Any]
    lend: Callable[[Any], None]

    def _load_amis(self) -> None:
        root = self.world.settings.root_device_name
        for seed in seeds.IMAGES:
            size = seed.root_gib
            snapshot = self._snapshot(
                size, f'Root of {seed.name}', seed.image_id,
                seed.snapshot_id)
            snapshot.owner_id = seeds.OWNER
            self.amis[seed.image_id] = StrictAmi(
                self, seed.image_id, name=seed.name,
                description=seed.description,
                architecture=seed.architecture, root_device_name=root,
                devices=(disks.Device(root, size, snapshot.id,
                                      delete_on_termination=True),),
                owner_id=seeds.OWNER, owner_alias='amazon', public=True,
                boot_mode=seed.boot_mode, platform=seed.platform,
                tpm_support=seed.tpm_support)

    def launchable_image(self, ami_id: str) -> StrictAmi:
        """An AMI that RunInstances may use."""
        if not ami_id:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter ImageId')
        image = self.image(ami_id)
        if image.state != 'available':
            raise Refusal('InvalidAMIID.Unavailable',
                          f"The image ID '{ami_id}' is not available")
        if ami_id not in self.amis:
            self.lend(image)
        return image

    def image(self, ami_id: str) -> StrictAmi:
        """One AMI; Malformed or NotFound where there is none."""
        if not _ID.fullmatch(ami_id):
            raise Refusal('InvalidAMIID.Malformed',
                          f'Invalid id: "{ami_id}" (expecting "ami-...")')
        found = self.amis.get(ami_id) or self.shared_image(ami_id)
        if not isinstance(found, StrictAmi):
            raise Refusal('InvalidAMIID.NotFound',
                          f"The image id '[{ami_id}]' does not exist")
        return found

    def image_from(self, instance: StrictInstance, params: dict[str, Any],
                   doom: tuple[str, str] | None) -> StrictAmi:
        """CreateImage: a pending AMI with a pending snapshot a volume.

        :param doom: code and message with which it will fail
        """
        name = params.get('Name') or ''
        self._check_name(name)
        if instance.state not in ('running', 'stopped'):
            raise Refusal('IncorrectState',
                          f"The instance '{instance.id}' is not in state "
                          "'running' or 'stopped'.")
        tags = tagging.specifications(
            params.get('TagSpecifications') or [], ('image', 'snapshot'))
        if not params.get('NoReboot') and instance.state == 'running':
            self.reboot(instance)
        ami_id = random_ami_id()
        devices = disks.resolve(
            self, self._devices(instance, ami_id, tags.get('snapshot', {})),
            params.get('BlockDeviceMappings') or [])
        for snapshot in self.snapshots.values():
            if snapshot.from_ami == ami_id:
                snapshot.status = 'pending'
        made = StrictAmi(
            self, ami_id, name=name,
            description=params.get('Description') or '',
            architecture=instance.architecture,
            root_device_name=instance.root_device_name, devices=devices,
            state='pending', instance_id=instance.id,
            platform=instance.platform, boot_mode=instance.boot_mode,
            tpm_support=instance.tpm_support)
        made.ena_support = instance.ena_support
        made.imds_support = instance.imds_support
        self.amis[ami_id] = made
        if tags.get('image'):
            made.add_tags(tags['image'])
        self.world.timeline.after(self.world.settings.image_seconds,
                                  lambda: self._finish(made, doom))
        return made

    def copy_image(self, source_image_id: str, source_region: str,
                   name: str | None = None, description: str | None = None
                   ) -> StrictAmi:
        """CopyImage: a pending AMI with snapshots of its own."""
        source = self.neighbour(source_region).launchable_image(
            source_image_id)
        self._check_name(name or '')
        ami_id = random_ami_id()
        devices = []
        for device in source.devices:
            snapshot = self._snapshot(device.size, 'Copied for DestinationAmi'
                                      f' {ami_id}', ami_id)
            snapshot.status = 'pending'
            devices.append(dataclasses.replace(
                device, snapshot_id=snapshot.id))
        made = StrictAmi(
            self, ami_id, name=name or '', description=description or '',
            architecture=source.architecture, devices=tuple(devices),
            root_device_name=source.root_device_name, state='pending',
            boot_mode=source.boot_mode, platform=source.platform,
            tpm_support=source.tpm_support)
        made.ena_support = source.ena_support
        made.imds_support = source.imds_support
        self.amis[ami_id] = made
        self.world.timeline.after(self.world.settings.image_seconds,
                                  lambda: self._finish(made, None))
        return made

    def describe_images(self, ami_ids: Any = None, filters: Any = None,
                        exec_users: Any = None, owners: Any = None
                        ) -> list[Ami]:
        """DescribeImages; every id that is given must exist."""
        for ami_id in ami_ids or []:
            if ami_id in self.deleted_amis:
                raise Refusal('InvalidAMIID.Unavailable',
                              f"The image ID '{ami_id}' has been "
                              'deregistered and is no longer available')
            self.image(ami_id)
        own = [ami_id for ami_id in ami_ids or [] if ami_id in self.amis]
        found = (super().describe_images(own, None, exec_users, owners)
                 if own or not ami_ids else [])
        found += [image for image in self.shared() if (
            image.id in ami_ids if ami_ids
            else not owners or image.owner_id in owners)]
        return generic_filter(filters, found) if filters else found

    def deregister_image(self, ami_id: str) -> None:
        """DeregisterImage; the snapshots stay."""
        image = self.image(ami_id)
        if image.owner_id != self.account_id:
            raise Refusal('AuthFailure', 'Not authorized for image:'
                          f'{ami_id}', 403)
        del self.amis[ami_id]
        self.deleted_amis.append(ami_id)
        self.tags.pop(ami_id, None)

    def _check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise Refusal('InvalidAMIName.Malformed',
                          f"AMI names must be between 3 and 128 characters "
                          "long, and may contain letters, numbers, '(', "
                          "')', '[', ']', ' ', '.', '/', '-', ''', '@', and "
                          f"'_': {name!r}")
        for image in self.amis.values():
            if image.name == name and image.owner_id == self.account_id:
                raise Refusal('InvalidAMIName.Duplicate',
                              f'AMI name {name} is already in use by AMI '
                              f'{image.id}')

    def _devices(self, instance: StrictInstance, ami_id: str,
                 tags: dict[str, str]) -> tuple[disks.Device, ...]:
        devices = []
        for name, block in instance.block_device_mapping.items():
            volume = self.volumes[block.volume_id]
            snapshot = self._snapshot(
                volume.size, f'Created by CreateImage({instance.id}) for '
                f'{ami_id}', ami_id, volume=volume)
            if tags:
                snapshot.add_tags(tags)
            devices.append(disks.Device(
                name, volume.size, snapshot.id, volume.volume_type,
                block.delete_on_termination, bool(volume.encrypted)))
        return tuple(devices)

    def _finish(self, image: StrictAmi,
                doom: tuple[str, str] | None) -> None:
        image.state = 'failed' if doom else 'available'
        if doom:
            image.state_reason = StateReason(f'{doom[0]}: {doom[1]}', doom[0])
        for device in image.devices:
            snapshot = self.snapshots.get(device.snapshot_id)
            if snapshot is not None and snapshot.status == 'pending':
                snapshot.status = 'error' if doom else 'completed'

    def _snapshot(self, size: int, description: str, ami_id: str,
                  snapshot_id: str = '',
                  volume: Volume | None = None) -> Snapshot:
        snapshot_id = snapshot_id or random_snapshot_id()
        volume = volume or Volume(self, random_volume_id(), size, None)
        snapshot = Snapshot(self, snapshot_id, volume, description,
                            encrypted=bool(volume.encrypted),
                            from_ami=ami_id)
        self.snapshots[snapshot_id] = snapshot
        return snapshot
