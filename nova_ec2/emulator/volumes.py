# SPDX-License-Identifier: Apache-2.0
"""Volumes: creating, attaching and detaching take time and may be refused.

"Amazon EBS volume lifecycle", Amazon EBS User Guide.
"""

from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend

from nova_ec2.emulator import disk_speed, volume_limits
from nova_ec2.emulator.disks import Disks, check_complete
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.modifications import Modifications
from nova_ec2.emulator.volume import StrictAttachment, StrictVolume

_HELD_LOOK = 0.1
"""Seconds after which a volume that the guest holds is looked at again."""


class Volumes(Modifications, Disks, EBSBackend):
    """The part of the backend that keeps volumes."""

    world: Any

    def create_volume(self, size: int | None, zone_name: str,
                      **changes: Any) -> Any:
        """A volume of any origin, its size and speed checked and shown."""
        snapshot = self.snapshots.get(changes.get('snapshot_id') or '')
        kind = changes.get('volume_type') or 'gp2'
        gib = (size if size is not None
               else snapshot.volume.size if snapshot else 0)
        check_complete(self, changes.get('snapshot_id'))
        if size is not None or snapshot:
            volume_limits.check_new(kind, gib, snapshot)
        disk_speed.check(kind, gib, changes.get('iops'),
                         changes.get('throughput'))
        if (changes.get('multi_attach_enabled')
                and kind not in volume_limits.SHAREABLE):
            raise Refusal('InvalidParameterValue',
                          f'Multi-Attach is not supported for {kind} '
                          'volumes, only for io1 and io2')
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
                      ) -> Any:
        """AttachVolume: attaching, then attached."""
        volume: Any = self.get_volume(volume_id)
        instance = self.get_instance(instance_id)
        volume_limits.check_shared(volume, instance, device_path)
        if volume.creating:
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
        volume_limits.check_count(
            instance.instance_type, len(instance.nics),
            len(instance.block_device_mapping) + 1)
        attachment = self.join(volume, instance, device_path,
                               delete_on_termination)
        block = instance.block_device_mapping[device_path]
        self._through(attachment, block, 'attaching', 'attached')
        return attachment

    def detach_volume(self, volume_id: str, instance_id: str,
                      device_path: str) -> Any:
        """DetachVolume: detaching, then available.

        busy in between, for as long as the guest uses it and nobody forces
        it.
        """
        volume: Any = self.get_volume(volume_id)
        if not volume.attachments:
            raise _not_available(volume)
        if not instance_id and len(volume.attachments) > 1:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter instanceId for a volume that is '
                          'attached to several instances')
        attachment = (volume.on(instance_id) if instance_id
                      else volume.attachment)
        if attachment is None or (
                device_path and attachment.device != device_path):
            raise Refusal('InvalidAttachment.NotFound',
                          f"The volume '{volume_id}' is not attached to "
                          f"instance '{instance_id}' as device "
                          f"'{device_path}'")
        instance = attachment.instance
        if (attachment.device == instance.root_device_name
                and instance.state != 'stopped'):
            raise Refusal('OperationNotPermitted',
                          f"Unable to detach root volume '{volume_id}' "
                          f"from instance '{instance.id}'")
        forced = self.world.call.params.get('Force') == 'true'
        if attachment.status in ('detaching', 'busy') and not forced:
            raise Refusal('IncorrectState', f"Volume '{volume_id}' is in "
                          f"the '{attachment.status}' state.")
        self._detach(volume, attachment, forced)
        return attachment

    def _detach(self, volume: StrictVolume, attachment: StrictAttachment,
                forced: bool) -> None:
        instance: StrictInstance = attachment.instance
        block = instance.block_device_mapping[attachment.device]

        def end() -> None:
            if volume.on(instance.id) is not attachment:
                return  # The instance was terminated, or it was forced.
            if (self.world.settings.guests_hold_volumes and not forced
                    and instance.state == 'running'):
                attachment.status = block.attachment_state = 'busy'
                self.world.timeline.after(_HELD_LOOK, end)
                return
            attachment.status = block.attachment_state = 'detached'
            self.part(volume, instance, attachment.device)

        attachment.status = block.attachment_state = 'detaching'
        self.world.timeline.after(self.world.settings.volume_seconds, end)

    def delete_volume(self, volume_id: str) -> Any:
        """DeleteVolume; one that is attached is refused."""
        volume: Any = self.get_volume(volume_id)
        if volume.attachments:
            raise Refusal('VolumeInUse', f'Volume {volume_id} is currently '
                          f'attached to {volume.attachment.instance.id}')
        if volume.creating:
            raise _not_available(volume)
        self.tags.pop(volume_id, None)
        return self.volumes.pop(volume_id)

    def _through(self, attachment: Any, block: Any, through: str,
                 to: str) -> None:
        """Go through a state of attachment to another."""
        def settle() -> None:
            if attachment.status == through:
                attachment.status = block.attachment_state = to
        attachment.status = block.attachment_state = through
        self.world.timeline.after(
            self.world.settings.volume_seconds, settle)


def _not_available(volume: Any) -> Refusal:
    return Refusal('IncorrectState', f"Volume '{volume.id}' is in the "
                   f"'{volume.status}' state.")
