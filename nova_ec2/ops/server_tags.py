# SPDX-License-Identifier: Apache-2.0
"""The tags of an instance follow what Nova now says of its server."""

from collections.abc import Iterable

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
    tags = dict(wanted)
    there = site.ec2.tags.of(instance_id)
    changed = {key: value for key, value in tags.items()
               if there.get(key) != value}
    stale = [key for key in there if key not in tags and (
        key in _DESCRIBING or key.startswith(tag_keys.METADATA))]
    if changed:
        site.ec2.tags.put(instance_id, changed)
    if stale:
        site.ec2.tags.remove(instance_id, stale)
