# SPDX-License-Identifier: Apache-2.0
"""The tags of an instance follow what Nova now says of its server."""

from collections.abc import Iterable, Mapping

from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.ops.context import Site

# What describes a server and may change; the rest says whose it is.
_DESCRIBING = (tag_keys.USER, tag_keys.FLAVOR, tag_keys.HOSTNAME,
               tag_keys.NAME)


def follow(site: Site, instance_id: str,
           wanted: Iterable[tuple[str, str]]) -> None:
    """Write what differs, and remove metadata that is no longer there.

    :param wanted: as :func:`nova_ec2.mapping.tags.launch_tags` gives them
    """
    there = site.ec2.tags.of(instance_id)
    tags = _fitting(dict(wanted), there)
    changed = {key: value for key, value in tags.items()
               if there.get(key) != value}
    stale = [key for key in there if key not in tags and _follows(key)]
    # First what makes room for the others.
    if stale:
        site.ec2.tags.remove(instance_id, stale)
    if changed:
        site.ec2.tags.put(instance_id, changed)


def _fitting(tags: dict[str, str], there: Mapping[str, str]
             ) -> dict[str, str]:
    """As many of the tags as find room beside those of others."""
    others = [key for key in there if key not in tags
              and not _follows(key) and not key.startswith('aws:')]
    room = tag_mapping.COUNT_LIMIT - len(others)
    return dict(list(tags.items())[:max(room, 0)])


def _follows(key: str) -> bool:
    return key in _DESCRIBING or key.startswith(tag_keys.METADATA)
