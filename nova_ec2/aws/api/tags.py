# SPDX-License-Identifier: Apache-2.0
"""Tags of what is there already: read, written and removed."""

from collections.abc import Iterable, Mapping
from typing import Any

from nova_ec2.aws.call import Caller

_PAGE = 1000


class Tags:
    """DescribeTags, CreateTags, DeleteTags."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def of(self, resource_id: str) -> dict[str, str]:
        """All tags of a resource; none where EC2 does not know it."""
        found: dict[str, str] = {}
        more: dict[str, Any] = {}
        while True:
            answer = self._call('describe_tags', MaxResults=_PAGE, Filters=[
                {'Name': 'resource-id', 'Values': [resource_id]}], **more)
            found.update({raw['Key']: raw.get('Value', '')
                          for raw in answer['Tags']})
            if not answer.get('NextToken'):
                return found
            more = {'NextToken': answer['NextToken']}

    def put(self, resource_id: str, tags: Mapping[str, str]) -> None:
        """Write tags, over what their keys said before."""
        self._call('create_tags', Resources=[resource_id],
                   Tags=[{'Key': key, 'Value': value}
                         for key, value in tags.items()])

    def remove(self, resource_id: str, keys: Iterable[str]) -> None:
        """Remove tags by key; those that are not there count as removed."""
        self._call('delete_tags', Resources=[resource_id],
                   Tags=[{'Key': key} for key in keys])
