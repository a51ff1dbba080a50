# SPDX-License-Identifier: Apache-2.0
"""The tags of a server's resources: ours first, then its metadata.

Every key that a tenant chooses gets the prefix ``nova-metadata:``, so none
can begin with the reserved one or be ``Name``. EC2 shows the tags to the
guest, and allows no space in the keys of such tags: it becomes ``+``, which
Nova allows in no key, so the way back is unambiguous.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from oslo_log import log as logging

from nova_ec2.models import tags
from nova_ec2.models.server import Ownership

LOG = logging.getLogger(__name__)

KEY_LIMIT = 127
VALUE_LIMIT = 255
COUNT_LIMIT = 50
"""EC2's, the first two as its documentation calls safe."""

STACK = 'stack'
"""The key of server metadata whose value the cost report sums up by."""

_METADATA_KEY = re.compile(r'[a-zA-Z0-9\-_:. ]+')
_NOT_HOSTNAME = re.compile(r'[^A-Za-z0-9.-]+')

Tags = tuple[tuple[str, str], ...]


def launch_tags(instance: Any, owner: Ownership) -> Tags:
    """All tags of a new server, ours first; logs what had to be dropped.

    :param instance: :class:`nova.objects.Instance` with its metadata
    :returns: at most :data:`COUNT_LIMIT` pairs, keys all different
    """
    ours = own_tags(instance, owner)
    theirs, dropped = metadata_tags(instance.metadata,
                                    COUNT_LIMIT - len(ours))
    if dropped:
        LOG.warning(
            'Server metadata not written as EC2 tags: %(keys)s. A tag has a '
            'key of at most %(key)d and a value of at most %(value)d '
            'characters, and a resource %(count)d tags.',
            {'keys': ', '.join(repr(key) for key in dropped),
             'key': KEY_LIMIT, 'value': VALUE_LIMIT, 'count': COUNT_LIMIT},
            instance=instance)
    return ours + theirs


def own_tags(instance: Any, owner: Ownership) -> Tags:
    """The tags that this package writes for itself, at most fifteen.

    The owner's are exact; the descriptive ones are cut to EC2's limits and
    left out where they are empty.
    """
    described = {
        tags.USER: clean(instance.user_id),
        tags.STACK: clean(instance.metadata.get(STACK)),
        tags.FLAVOR: clean(instance.flavor.name),
        tags.HOSTNAME: hostname_value(instance.hostname),
        tags.NAME: clean(instance.display_name),
    }
    return (*tags.of_owner(owner).items(),
            *((key, value) for key, value in described.items() if value))


def metadata_tags(metadata: Mapping[str, str],
                  room: int) -> tuple[Tags, tuple[str, ...]]:
    """Server metadata as tags, in the order of its keys.

    :param room: how many tags there may be
    :returns: the tags, and the metadata keys that found no place
    """
    made: list[tuple[str, str]] = []
    dropped: list[str] = []
    for key in sorted(metadata):
        tag = metadata_tag(key, metadata[key])
        if tag is None or len(made) >= room:
            dropped.append(key)
        else:
            made.append(tag)
    return tuple(made), tuple(dropped)


def metadata_tag(key: str, value: str | None) -> tuple[str, str] | None:
    """One item of server metadata as a tag, None where EC2 has no place.

    :param key: as Nova's API allows it
    """
    tag_key = metadata_key(key)
    text = _allowed(value or '')
    if tag_key is None or _length(text) > VALUE_LIMIT:
        return None
    return tag_key, text


def metadata_key(key: str) -> str | None:
    """The tag key for a key of server metadata, None where it has none."""
    if not _METADATA_KEY.fullmatch(key):
        return None
    tag_key = tags.METADATA + key.replace(' ', '+')
    return tag_key if len(tag_key) <= KEY_LIMIT else None


def metadata_of(found: Mapping[str, str]) -> dict[str, str]:
    """Read server metadata back from tags; the inverse of metadata_tags."""
    return {key.removeprefix(tags.METADATA).replace('+', ' '): value
            for key, value in found.items()
            if key.startswith(tags.METADATA)}


def clean(text: str | None) -> str:
    """A tag value: without control characters, cut to EC2's limit."""
    allowed = _allowed(text or '')[:VALUE_LIMIT]
    while _length(allowed) > VALUE_LIMIT:
        allowed = allowed[:-1]
    return allowed


def hostname_value(hostname: str | None) -> str:
    """A hostname that is safe between quotes in the guest's configuration."""
    return _NOT_HOSTNAME.sub('-', hostname or '')[:VALUE_LIMIT]


def _allowed(text: str) -> str:
    """Without what cannot stand in EC2's XML, and without control codes."""
    return ''.join(char for char in text
                   if unicodedata.category(char) not in ('Cc', 'Cs', 'Cn'))


def _length(text: str) -> int:
    """In UTF-16 units, the strictest way to count characters."""
    return len(text.encode('utf-16-le')) // 2
