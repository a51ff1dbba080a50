# SPDX-License-Identifier: Apache-2.0
"""Tags of what is there already: read, written and removed."""

from collections.abc import Iterable, Mapping

from nova_ec2.aws import pages
from nova_ec2.aws.call import Caller


class Tags:
    """DescribeTags, CreateTags, DeleteTags."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def of(self, resource_id: str) -> dict[str, str]:
        """All tags of a resource; none where EC2 does not know it."""
        return {raw['Key']: raw.get('Value', '') for raw in pages.pages(
            self._caller, 'describe_tags', 'Tags',
            {'resource-id': [resource_id]})}

    def put(self, resource_id: str, tags: Mapping[str, str]) -> None:
        """Write tags, over what their keys said before."""
        self._call('create_tags', Resources=[resource_id],
                   Tags=pages.pairs(tags))

    def remove(self, resource_id: str, keys: Iterable[str]) -> None:
        """Remove tags by key; those that are not there count as removed."""
        self._call('delete_tags', Resources=[resource_id],
                   Tags=[{'Key': key} for key in keys])
