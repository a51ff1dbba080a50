# SPDX-License-Identifier: Apache-2.0
"""The keys of our tags.

Two prefixes share an EC2 resource. ``RESERVED`` carries ownership and is
written by this package alone. ``METADATA`` goes before every key that a
tenant chooses, so no tenant's key can begin with ``RESERVED``. Both hold only
characters that EC2 allows in tag keys shown to the guest (no space, no
slash).
"""

import base64
import uuid
from collections.abc import Mapping, Sequence

from nova_ec2.models.server import Ownership

RESERVED = 'nova-ec2:'
METADATA = 'nova-metadata:'

CLOUD = RESERVED + 'cloud'
HOST = RESERVED + 'host'
SERVER = RESERVED + 'server'
PROJECT = RESERVED + 'project'
USER = RESERVED + 'user'
FLAVOR = RESERVED + 'flavor'
STACK = RESERVED + 'stack'
"""What the server's metadata ``stack`` said at the launch, for bills."""
HOSTNAME = RESERVED + 'hostname'
IMAGE = RESERVED + 'image'
"""On AMIs and snapshots: the Glance image they were made for."""
SERVER_GROUP = RESERVED + 'server-group'
"""On placement groups: the Nova server group."""
PORT = RESERVED + 'port'
"""On interfaces that were attached later: the Neutron port."""

NETWORK = RESERVED + 'network'
"""On VPCs that were made for a Neutron network: its id."""
SUBNET = RESERVED + 'subnet'
"""On VPC subnets: the Neutron subnet, whoever made the VPC subnet."""
ROUTER = RESERVED + 'router'
"""On route tables, gateways and what they need: the Neutron router."""
FLOATING_IP = RESERVED + 'floating-ip'
"""On Elastic IPs: the Neutron network that they were allocated for."""
TOKEN = RESERVED + 'token'
"""On what EC2 makes without a client token: tells what was made, where the
reply was lost."""
MANAGED = RESERVED + 'managed'
"""``true`` on what is ours to delete; a VPC subnet that was there before has
``SUBNET`` alone."""

SECURITY_GROUP = RESERVED + 'security-group'
"""On EC2's security groups: Neutron's group, or one of ``GROUP_*``."""

GROUP_NONE = 'none'
"""For ports without a group: nothing passes."""
GROUP_ALL = 'all'
"""For ports whose port security is off: everything passes."""

VOLUME = RESERVED + 'volume'
"""On EBS volumes that are Cinder's: its id of the volume."""
SNAPSHOT = RESERVED + 'snapshot'
"""On EBS snapshots that are Cinder's: its id of the snapshot."""

UNFINISHED = RESERVED + 'unfinished'
"""On AMIs and snapshots that Cinder makes an image of: its back end, until
the AMI is there."""

ROLE = RESERVED + 'role'
"""On volumes that are detached and attached one by one: what the volume is to
its server, ``ROLE_*``. Such a volume goes with its server, attached or not.
"""

ROLE_ROOT = 'root'
ROLE_RESCUE = 'rescue'
ROLE_SWAP = 'swap'
ROLE_PLACEHOLDER = 'placeholder'

ROLE_PUBLIC = 'public'
"""On the VPC subnet of a router's NAT gateway, and on its route table."""

REPLACES = RESERVED + 'replaces'
"""On a root volume: the one that it was put in place of, ``vol-...``."""

REPLACED_STAYS = RESERVED + 'replaced-stays'
"""``true`` where the replaced volume does not go with the server: it is
Cinder's."""

RESIZED_FROM = RESERVED + 'resized-from'
"""On an instance whose resize is not confirmed: the type that it had."""

NAME = 'Name'
"""What EC2's console shows: the server's display name, never trusted."""


PER_SERVER = frozenset({SERVER, HOSTNAME, NAME})
"""What differs between servers that one RunInstances call launches."""

MANIFEST = RESERVED + 'launch-'
"""Servers launched by one call: their uuids, by AmiLaunchIndex."""

MANIFEST_0 = MANIFEST + '0'
"""The tag that every server of a shared launch has."""

MANIFEST_MOST = 44
"""Servers a manifest holds: four tags of eleven uuids of 22 characters."""

_CODE = 22
_CODES_A_TAG = 11


def manifest(server_uuids: Sequence[str]) -> dict[str, str]:
    """Tags that name the servers of one launch, in launch order.

    A uuid takes 22 characters in URL-safe base64, so a tag's 255 hold eleven.
    """
    codes = [base64.urlsafe_b64encode(uuid.UUID(one).bytes).decode()[:_CODE]
             for one in server_uuids]
    return {f'{MANIFEST}{begin // _CODES_A_TAG}':
            ''.join(codes[begin:begin + _CODES_A_TAG])
            for begin in range(0, len(codes), _CODES_A_TAG)}


def member(tags: Mapping[str, str], launch_index: int) -> str:
    """The server uuid that a manifest gives a launch index, '' for none."""
    number, place = divmod(launch_index, _CODES_A_TAG)
    value = tags.get(f'{MANIFEST}{number}', '')
    code = value[place * _CODE:(place + 1) * _CODE]
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(code + '==')))
    except ValueError:
        return ''


def ownership(tags: Mapping[str, str],
              launch_index: int = 0) -> Ownership | None:
    """Read the owner from an instance's tags, None where they are not ours.

    :param launch_index: AmiLaunchIndex, for an instance that was launched
        with others and has no tag of its own yet
    """
    server_uuid = tags.get(SERVER) or member(tags, launch_index)
    if CLOUD not in tags or not server_uuid:
        return None
    return Ownership(cloud_id=tags[CLOUD], host=tags.get(HOST, ''),
                     server_uuid=server_uuid,
                     project_id=tags.get(PROJECT, ''))


def of_owner(owner: Ownership) -> dict[str, str]:
    """Write the owner as tags; the inverse of :func:`ownership`."""
    return {CLOUD: owner.cloud_id, HOST: owner.host,
            SERVER: owner.server_uuid, PROJECT: owner.project_id}
