# SPDX-License-Identifier: Apache-2.0
"""The actions on placement groups."""

import fnmatch
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.placement_groups import Group

_KNOWN = frozenset({'DryRun', 'GroupName', 'PartitionCount', 'Strategy',
                    'TagSpecifications'})


class GroupActions(Actions):
    """Mixed into the table of actions."""

    def create_placement_group(self) -> Any:
        """CreatePlacementGroup."""
        only(self.params, _KNOWN, 'CreatePlacementGroup')
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('placement-group',))
        self.error_on_dryrun()
        backend = self.ec2_backend
        made = backend.create_placement_group(self.params)
        backend.tags[made.group_id].update(tags.get('placement-group', {}))
        return ActionResult({'PlacementGroup': self._shown(made)})

    def delete_placement_group(self) -> Any:
        """DeletePlacementGroup."""
        self.error_on_dryrun()
        self.ec2_backend.delete_placement_group(
            self._get_param('GroupName') or '')
        return EmptyResult()

    def describe_placement_groups(self) -> Any:
        """DescribePlacementGroups, by name, id or filter."""
        self.error_on_dryrun()
        backend = self.ec2_backend
        found = list(backend.placement_groups.values())
        if names := self.params.get('GroupNames'):
            found = [backend.placement_group(name) for name in names]
        if ids := self.params.get('GroupIds'):
            found = [one for one in found if one.group_id in ids]
        for entry in self.params.get('Filters') or []:
            found = [one for one in found if any(
                fnmatch.fnmatchcase(have, wanted)
                for have in self._values(one, entry['Name'])
                for wanted in entry['Values'])]
        return ActionResult({'PlacementGroups': [
            self._shown(one) for one in found]})

    def _values(self, group: Group, name: str) -> list[str]:
        tags = self.ec2_backend.tags_of(group.group_id)
        if name.startswith('tag:'):
            key = name.removeprefix('tag:')
            return [tags[key]] if key in tags else []
        known = {'group-name': [group.name], 'strategy': [group.strategy],
                 'state': ['available'], 'tag-key': list(tags)}
        if name not in known:
            raise Refusal('InvalidParameterValue',
                          f"The filter '{name}' is invalid")
        return known[name]

    def _shown(self, group: Group) -> dict[str, Any]:
        backend = self.ec2_backend
        shown: dict[str, Any] = {
            'GroupName': group.name, 'GroupId': group.group_id,
            'Strategy': group.strategy, 'State': 'available',
            'GroupArn': f'arn:aws:ec2:{backend.region_name}:'
                        f'{backend.account_id}:placement-group/{group.name}',
            'Tags': [{'Key': key, 'Value': value} for key, value
                     in backend.tags_of(group.group_id).items()]}
        if group.partitions:
            shown['PartitionCount'] = group.partitions
        if group.strategy == 'spread':
            shown['SpreadLevel'] = 'rack'
        return shown
