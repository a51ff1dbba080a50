# SPDX-License-Identifier: Apache-2.0
"""Tags: found without a search, and held to EC2's rules.

"Tag your Amazon EC2 resources", Tag restrictions, Amazon EC2 User Guide.
"""

import re
from typing import Any

from moto.ec2.models.tags import TagBackend
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from nova_ec2.emulator import filtering
from nova_ec2.emulator.errors import Refusal

TAGS_MAX = 50
KEY_MAX = 128
VALUE_MAX = 256
METADATA_KEY = re.compile(r'[0-9a-zA-Z\-_+=,.@:]{1,255}')
METADATA_RESERVED = frozenset({'.', '..', '_index'})


def check(tags: dict[str, str]) -> None:
    """Refuse a set of tags that EC2 would refuse."""
    if sum(not key.startswith('aws:') for key in tags) > TAGS_MAX:
        raise _too_many()
    for key, value in tags.items():
        if key.lower().startswith('aws:'):
            raise _wrong("Tag keys starting with 'aws:' are reserved for "
                         'internal use')
        if not key:
            raise _wrong('Tag key cannot be null or empty')
        if len(key) > KEY_MAX:
            raise _wrong('Tag key exceeds the maximum length of '
                         f'{KEY_MAX} characters')
        if len(value) > VALUE_MAX:
            raise _wrong('Tag value exceeds the maximum length of '
                         f'{VALUE_MAX} characters')


def check_for_metadata(tags: dict[str, str]) -> None:
    """Refuse keys that the instance metadata service cannot show."""
    for key in tags:
        if not METADATA_KEY.fullmatch(key) or key in METADATA_RESERVED:
            raise _wrong(
                f"'{key}' is not a valid tag key. Tag keys must match "
                r"pattern ([0-9a-zA-Z\-_+=,.@:]{1,255}), and must not be a "
                "reserved name ('.', '..', '_index')")


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as answers have them."""
    return [{'Key': key, 'Value': value} for key, value in tags.items()]


def kind(resource_id: str) -> str:
    """EC2's word for the kind of a resource; moto's has other ones."""
    word = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), '')
    return {'vpc-elastic-ip': 'elastic-ip',
            'nat-gateway': 'natgateway'}.get(word, word)


FILTERS: dict[str, filtering.Values] = {
    'key': lambda one: [one['key']], 'value': lambda one: [one['value']],
    'resource-id': lambda one: [one['resource_id']],
    'resource-type': lambda one: [one['resource_type']]}
"""What each filter of DescribeTags looks at."""


class Tagging(TagBackend):
    """The part of the backend that keeps tags."""

    def create_tags(self, resource_ids: list[str],
                    tags: dict[str, str]) -> bool:
        """CreateTags: all resources get all tags or none does."""
        tags = {key: value or '' for key, value in tags.items()}
        own = {key: value for key, value in tags.items()
               if not key.startswith('aws:')}
        check(own)
        for resource_id in resource_ids:
            have = self.tags.get(resource_id, {})
            if sum(not key.startswith('aws:')
                   for key in {**have, **own}) > TAGS_MAX:
                raise _too_many()
            self._check_instance(resource_id, own)
        for resource_id in resource_ids:
            self.tags[resource_id].update(tags)
        return True

    def tags_of(self, resource_id: str) -> dict[str, str]:
        """The tags of one resource."""
        return self.tags.get(resource_id, {})

    def describe_tags(self, filters: Any = None) -> list[dict[str, str]]:
        """DescribeTags; by exact resource ids it is not a search."""
        filters = dict(filters or {})
        ids = filters.get('resource-id')
        if ids and not any(wild in an_id for an_id in ids
                           for wild in '*?\\'):
            del filters['resource-id']
        else:
            ids = list(self.tags)
        found = [
            {'resource_id': an_id, 'key': key, 'value': value,
             'resource_type': kind(an_id)}
            for an_id in ids for key, value in self.tags_of(an_id).items()]
        return list(filtering.matching(
            found, [{'Name': name, 'Values': values}
                    for name, values in filters.items()], FILTERS,
            lambda one: {one['key']: one['value']}))

    def _check_instance(self, resource_id: str, tags: dict[str, str]) -> None:
        instance = self.instances.get(resource_id)
        if (instance is not None and instance.metadata_options
                .instance_metadata_tags == 'enabled'):
            check_for_metadata(tags)


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterValue', message)


def _too_many() -> Refusal:
    return Refusal('TagLimitExceeded',
                   'The maximum number of Tags for a resource has been '
                   'reached.')


def specifications(specs: list[dict[str, Any]],
                   allowed: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """TagSpecifications as tags by resource type, checked.

    :param allowed: resource types that the action can tag
    """
    result: dict[str, dict[str, str]] = {}
    for spec in specs:
        kind = spec.get('ResourceType') or ''
        if kind not in allowed:
            raise _wrong(f"'{kind}' is not a valid taggable resource type "
                         'for this operation.')
        if kind in result:
            raise _wrong(f"Duplicate tag specification for '{kind}'.")
        tags = result[kind] = {}
        for tag in spec.get('Tags') or []:
            if tag['Key'] in tags:
                raise _wrong(f"Duplicate tag key '{tag['Key']}' specified.")
            tags[tag['Key']] = tag.get('Value') or ''
        check(tags)
    return result
