# SPDX-License-Identifier: Apache-2.0
"""Placement groups: every call we make of them."""

from collections.abc import Mapping
from typing import Any

from nova_ec2.aws import pages
from nova_ec2.aws.call import Caller
from nova_ec2.models.placement_group import PlacementGroup


class PlacementGroups:
    """Create, Delete and DescribePlacementGroups."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def create(self, name: str, strategy: str, tags: Mapping[str, str], *,
               partitions: int = 0) -> None:
        """CreatePlacementGroup; the name is unique, so it makes one.

        :raises InvalidRequest: code ``InvalidPlacementGroup.Duplicate``:
            there is one of that name, perhaps by an earlier try
        """
        parameters: dict[str, Any] = {
            'GroupName': name, 'Strategy': strategy,
            'TagSpecifications': pages.tagged('placement-group', tags)}
        if partitions:
            parameters['PartitionCount'] = partitions
        self._call('create_placement_group', **parameters)

    def delete(self, name: str) -> None:
        """DeletePlacementGroup.

        :raises IncorrectState: an instance is in it
        :raises NotFound: it is gone already
        """
        self._call('delete_placement_group', GroupName=name)

    def named(self, name: str) -> PlacementGroup | None:
        """The group of a name."""
        return next(iter(self._find({'group-name': name})), None)

    def find(self, tags: Mapping[str, str]) -> list[PlacementGroup]:
        """All groups that carry these tags; EC2 has no pages here."""
        return self._find({f'tag:{key}': value
                           for key, value in tags.items()})

    def _find(self, filters: Mapping[str, str]) -> list[PlacementGroup]:
        answer = self._call('describe_placement_groups', Filters=[
            {'Name': key, 'Values': [value]}
            for key, value in filters.items()])
        return [PlacementGroup(
            name=raw['GroupName'], strategy=raw.get('Strategy', ''),
            tags={tag['Key']: tag.get('Value', '')
                  for tag in raw.get('Tags', ())})
            for raw in answer['PlacementGroups']]
