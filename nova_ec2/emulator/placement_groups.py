# SPDX-License-Identifier: Apache-2.0
"""Placement groups.

"Placement strategies for your placement groups" and "Placement group rules
and limitations", Amazon EC2 User Guide.
"""

import dataclasses
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.moto_api._internal import mock_random

from nova_ec2.emulator.errors import Refusal

STRATEGIES = ('cluster', 'spread', 'partition')
SPREAD_MAX = 7
"""Running instances of a spread group in a zone."""
PARTITIONS_MAX = 7
NAME_MAX = 255
_NOT_RUNNING = ('stopping', 'stopped', 'shutting-down', 'terminated')


@dataclasses.dataclass(slots=True)
class Group:
    """A placement group."""

    name: str
    strategy: str
    partitions: int = 0
    group_id: str = dataclasses.field(
        default_factory=lambda: f'pg-{mock_random.get_random_hex(17)}')


class PlacementGroups:
    """The part of the backend that keeps placement groups."""

    placement_groups: dict[str, Group]
    instances: dict[str, Any]

    def create_placement_group(self, params: dict[str, Any]) -> Group:
        """CreatePlacementGroup; names are unique."""
        name = params.get('GroupName') or ''
        strategy = params.get('Strategy') or 'cluster'
        partitions = params.get('PartitionCount')
        if not name:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter groupName')
        if len(name) > NAME_MAX or not name.isascii():
            raise _wrong(name, 'groupName')
        if strategy not in STRATEGIES:
            raise _wrong(strategy, 'strategy')
        if partitions is not None and strategy != 'partition':
            raise Refusal('InvalidParameterCombination',
                          'A partition count may be specified for the '
                          "'partition' strategy only.")
        if partitions is not None and not (
                1 <= int(partitions) <= PARTITIONS_MAX):
            raise _wrong(partitions, 'partitionCount')
        if name in self.placement_groups:
            raise Refusal('InvalidPlacementGroup.Duplicate',
                          f"The placement group '{name}' already exists.")
        made = self.placement_groups[name] = Group(
            name, strategy,
            int(partitions or 2) if strategy == 'partition' else 0)
        return made

    def placement_group(self, name: str) -> Group:
        """One group by name."""
        if name not in self.placement_groups:
            raise Refusal('InvalidPlacementGroup.Unknown',
                          f"The Placement Group '{name}' is unknown.")
        return self.placement_groups[name]

    def delete_placement_group(self, name: str) -> None:
        """DeletePlacementGroup; its instances must be terminated before."""
        group = self.placement_group(name)
        if any(one.state != 'terminated' for one in self.members(name)):
            raise Refusal('InvalidPlacementGroup.InUse',
                          f"The placement group '{name}' is in use and may "
                          'not be deleted.')
        del self.placement_groups[name]
        self.__dict__['tags'].pop(group.group_id, None)

    def members(self, name: str) -> list[Any]:
        """The instances of a group."""
        return [one for one in self.instances.values()
                if one.placement_group == name]

    def check_placement(self, name: str, instance_type: str,
                        zone: str) -> Group:
        """Refuse a launch for which the group is not made."""
        group = self.placement_group(name)
        known = INSTANCE_TYPES[instance_type].get('PlacementGroupInfo', {})
        if group.strategy not in known.get('SupportedStrategies', ()):
            raise Refusal(
                'InvalidParameterCombination',
                f'{group.strategy.capitalize()} placement groups are not '
                f"supported by the '{instance_type}' instance type. Specify "
                'a supported instance type or change the placement group '
                'strategy, and try again.')
        if group.strategy == 'cluster':
            others = {one.availability_zone for one in self.members(name)
                      if one.state != 'terminated'} - {zone}
            if others:
                raise Refusal('InvalidPlacementGroup.InUse',
                              f"The placement group '{name}' is in use in "
                              f'another availability zone: {min(others)}')
        return group

    def check_spread(self, name: str | None, zone: str | None,
                     more: int = 1) -> int:
        """How many further instances may run; refuses if under ``more``.

        EC2's documentation names the limit, not the error's code.
        """
        group = self.placement_groups.get(name or '')
        if group is None or group.strategy != 'spread':
            return 1000000
        running = sum(1 for one in self.members(group.name)
                      if one.availability_zone == zone
                      and one.state not in _NOT_RUNNING)
        if running + more > SPREAD_MAX:
            raise Refusal('InstanceLimitExceeded',
                          f'A spread placement group may have {SPREAD_MAX} '
                          'running instances per Availability Zone; '
                          f"'{group.name}' has {running} in {zone}.")
        return SPREAD_MAX - running


def _wrong(value: Any, name: str) -> Refusal:
    return Refusal('InvalidParameterValue',
                   f'Value ({value}) for parameter {name} is invalid.')
