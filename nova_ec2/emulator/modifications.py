# SPDX-License-Identifier: Apache-2.0
"""ModifyVolume: only larger, and not twice within hours.

"Modify an Amazon EBS volume using Elastic Volumes operations" and
"Requirements for Amazon EBS volume modifications", Amazon EBS User Guide.
"""

from typing import Any

from nova_ec2.emulator import disk_speed, volume_limits
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.volume import (
    CHANGING,
    StrictModification,
    StrictVolume,
)


class Modifications:
    """The part of the backend that changes volumes."""

    world: Any
    get_volume: Any
    describe_volumes: Any

    def modify_volume(self, volume_id: str, target_size: int | None = None,
                      target_volume_type: str | None = None,
                      target_iops: int | None = None,
                      target_throughput: int | None = None,
                      target_multi_attach_enabled: bool | None = None
                      ) -> StrictVolume:
        """ModifyVolume: modifying, optimizing, completed."""
        volume: StrictVolume = self.get_volume(volume_id)
        self._check_may_change(volume)
        _check_target(volume, target_size, target_volume_type, target_iops,
                      target_throughput, target_multi_attach_enabled)
        change = StrictModification(
            volume, target_size, target_volume_type, None,
            target_throughput, target_multi_attach_enabled)
        if target_iops:
            change.original_iops = volume.iops
            change.target_iops = target_iops
        change.began = self.world.clock.now()
        volume.modifications.append(change)
        seconds = self.world.settings.modification_seconds
        self.world.timeline.after(seconds, lambda: _take_effect(change))
        self.world.timeline.after(2 * seconds, lambda: setattr(
            change, 'state', 'completed'))
        return volume

    def describe_volumes_modifications(
            self, volume_ids: list[str] | None = None,
            filters: Any = None) -> list[StrictModification]:
        """DescribeVolumesModifications: the last one of each volume."""
        found = []
        for volume in self.describe_volumes(volume_ids):
            found += volume.modifications[-1:]
        if volume_ids and not found:
            raise Refusal('InvalidVolumeModification.NotFound',
                          f'Modification for volume {volume_ids[0]} does '
                          'not exist.')
        return found

    def _check_may_change(self, volume: StrictVolume) -> None:
        if volume.creating:
            raise Refusal('IncorrectState', f"Volume '{volume.id}' is in "
                          "the 'creating' state.")
        if not volume.modifications:
            return
        last: Any = volume.modifications[-1]
        if last.state in CHANGING:
            raise Refusal('IncorrectModificationState',
                          f'Volume {volume.id} is currently in modification '
                          f'state {last.state.upper()}. A volume in this '
                          'state can not be modified.')
        wait = self.world.settings.modification_pause_seconds
        if self.world.clock.now() < last.began + wait:
            raise Refusal('VolumeModificationRateExceeded',
                          "You've reached the maximum modification rate per "
                          'volume limit. Wait at least 6 hours between '
                          'modifications per EBS volume.')


def _check_target(volume: StrictVolume, size: int | None, kind: str | None,
                  iops: int | None, throughput: int | None,
                  shared: bool | None) -> None:
    if size and size < volume.size:
        raise Refusal('InvalidParameterValue',
                      f'New size cannot be smaller than existing size '
                      f'{volume.size} of {volume.id}')
    if shared and (volume.volume_type != 'io2' or volume.attachments):
        raise Refusal('InvalidParameterValue',
                      'Multi-Attach can be enabled after creation for io2 '
                      'volumes only, and not while they are attached')
    final = kind or volume.volume_type
    volume_limits.check_new(final, size or volume.size, None)
    same = final == volume.volume_type
    disk_speed.check(
        final, size or volume.size, iops or (volume.iops if same else None),
        throughput or (volume.throughput if same else None))


def _take_effect(change: StrictModification) -> None:
    volume: Any = change.volume
    change.state = 'optimizing'
    for name in ('size', 'volume_type', 'iops', 'throughput',
                 'multi_attach_enabled'):
        target = getattr(change, f'target_{name}')
        if target:
            setattr(volume, name, target)
    for attachment in volume.attachments:
        attachment.instance.block_device_mapping[
            attachment.device].size = volume.size
