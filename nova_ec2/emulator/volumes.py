# SPDX-License-Identifier: Apache-2.0
"""Volumes: creating, attaching and detaching take time and may be refused.

"Amazon EBS volume lifecycle", Amazon EBS User Guide.
"""

from typing import Any

from moto.ec2.models.elastic_block_store import (
    EBSBackend,
    Volume,
    VolumeAttachment,
)

from nova_ec2.emulator import disk_speed
from nova_ec2.emulator.disks import Disks
from nova_ec2.emulator.errors import Refusal


class StrictVolume(Volume):
    """A volume that is not there at once."""

    creating = False

    @property
    def status(self) -> str:
        """creating, available or in-use."""
        return 'creating' if self.creating else super().status


class Volumes(Disks, EBSBackend):
    """The part of the backend that keeps volumes."""

    world: Any

    def create_volume(self, size: int | None, zone_name: str,
                      **changes: Any) -> Volume:
        """A volume of any origin, its speed checked and shown."""
        snapshot = self.snapshots.get(changes.get('snapshot_id') or '')
        kind = changes.get('volume_type') or 'gp2'
        disk_speed.check(
            kind, size or (snapshot.volume.size if snapshot else 0),
            changes.get('iops'), changes.get('throughput'))
        if kind == 'gp3' and not changes.get('throughput'):
            changes['throughput'] = disk_speed.GP3_THROUGHPUT[0]
        return super().create_volume(size, zone_name, **changes)

    def new_volume(self, volume: StrictVolume) -> None:
        """A volume that somebody asked for by itself is creating first."""
        seconds = self.world.settings.volume_seconds
        if seconds > 0:
            volume.creating = True
            self.world.timeline.after(
                seconds, lambda: setattr(volume, 'creating', False))

    def attach_volume(self, volume_id: str, instance_id: str,
                      device_path: str, delete_on_termination: bool = False
                      ) -> VolumeAttachment:
        """AttachVolume: attaching, then attached."""
        volume = self.get_volume(volume_id)
        instance = self.get_instance(instance_id)
        if volume.attachment:
            raise Refusal('VolumeInUse', f'{volume_id} is already attached '
                          'to an instance')
        if volume.status != 'available':
            raise _not_available(volume)
        if instance.state not in ('running', 'stopped'):
            raise Refusal('IncorrectState',
                          f"Instance '{instance_id}' is not 'running'.")
        if volume.availability_zone != instance.availability_zone:
            raise Refusal('InvalidVolume.ZoneMismatch',
                          f"The volume '{volume_id}' is not in the same "
                          'availability zone as instance '
                          f"'{instance_id}'")
        if device_path in instance.block_device_mapping:
            raise Refusal('InvalidParameterValue',
                          f"Invalid value '{device_path}' for unixDevice. "
                          f'Attachment point {device_path} is already in '
                          'use')
        attachment = self.join(volume, instance, device_path,
                               delete_on_termination)
        block = instance.block_device_mapping[device_path]
        self._through(attachment, block, 'attaching', 'attached')
        return attachment

    def detach_volume(self, volume_id: str, instance_id: str,
                      device_path: str) -> VolumeAttachment:
        """DetachVolume: detaching, then available."""
        volume = self.get_volume(volume_id)
        attachment = volume.attachment
        if attachment is None:
            raise _not_available(volume)
        instance = attachment.instance
        if instance_id and instance.id != instance_id or (
                device_path and attachment.device != device_path):
            raise Refusal('InvalidAttachment.NotFound',
                          f"The volume '{volume_id}' is not attached to "
                          f"instance '{instance_id}' as device "
                          f"'{device_path}'")
        if (attachment.device == instance.root_device_name
                and instance.state != 'stopped'):
            raise Refusal('OperationNotPermitted',
                          f"Unable to detach root volume '{volume_id}' "
                          f"from instance '{instance.id}'")
        block = instance.block_device_mapping[attachment.device]
        self._through(attachment, block, 'detaching', 'detached',
                   lambda: self.part(volume, instance, attachment.device))
        return attachment

    def delete_volume(self, volume_id: str) -> Volume:
        """DeleteVolume; one that is attached is refused."""
        volume = self.get_volume(volume_id)
        if volume.attachment:
            raise Refusal('VolumeInUse', f'Volume {volume_id} is currently '
                          f'attached to {volume.attachment.instance.id}')
        self.tags.pop(volume_id, None)
        return self.volumes.pop(volume_id)

    def _through(self, attachment: Any, block: Any, through: str, to: str,
              last: Any = None) -> None:
        """Go through a state of attachment to another, then do ``last``."""
        def settle() -> None:
            if attachment.status == through:
                attachment.status = block.attachment_state = to
                if last is not None:
                    last()
        attachment.status = block.attachment_state = through
        self.world.timeline.after(
            self.world.settings.volume_seconds, settle)


def _not_available(volume: Any) -> Refusal:
    return Refusal('IncorrectState', f"Volume '{volume.id}' is in the "
                   f"'{volume.status}' state.")
