# SPDX-License-Identifier: Apache-2.0
"""The keys of our tags.

Two prefixes share an EC2 resource. ``RESERVED`` carries ownership and is
written by this package alone. ``METADATA`` goes before every key that a
tenant chooses, so no tenant's key can begin with ``RESERVED``. Both hold only
characters that EC2 allows in tag keys shown to the guest (no space, no
slash).
"""

from collections.abc import Mapping

from nova_ec2.models.server import Ownership

RESERVED = 'nova-ec2:'
METADATA = 'nova-metadata:'

CLOUD = RESERVED + 'cloud'
HOST = RESERVED + 'host'
SERVER = RESERVED + 'server'
PROJECT = RESERVED + 'project'
USER = RESERVED + 'user'
FLAVOR = RESERVED + 'flavor'
HOSTNAME = RESERVED + 'hostname'
IMAGE = RESERVED + 'image'
"""On AMIs and snapshots: the Glance image they were made for."""

NAME = 'Name'
"""What EC2's console shows: the server's display name, never trusted."""


def ownership(tags: Mapping[str, str]) -> Ownership | None:
    """Read the owner from an instance's tags, None where they are not ours."""
    if CLOUD not in tags or SERVER not in tags:
        return None
    return Ownership(cloud_id=tags[CLOUD], host=tags.get(HOST, ''),
                     server_uuid=tags[SERVER],
                     project_id=tags.get(PROJECT, ''))


def of_owner(owner: Ownership) -> dict[str, str]:
    """Write the owner as tags; the inverse of :func:`ownership`."""
    return {CLOUD: owner.cloud_id, HOST: owner.host,
            SERVER: owner.server_uuid, PROJECT: owner.project_id}
