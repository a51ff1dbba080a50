# SPDX-License-Identifier: Apache-2.0
"""What Nova can do for a server on EC2 that shall come home.

It moves no server between EC2 and private hosts: disks are EBS volumes, and
images of servers on EC2 are AMIs, which have no data in Glance. What is left
is to build a server anew, for owners who said that nothing on it is worth
keeping.
"""

from typing import Any

import keystoneauth1.exceptions
import openstack.exceptions

from nova_ec2.policy import burst
from nova_ec2.policy.rebalance import Candidate

MARK = 'ec2_rebalance'
"""Server metadata: ``replace`` lets a new server take its place."""

_PATIENCE = 900
"""Seconds for the new server to be active."""

_STATES = ('ACTIVE', 'SHUTOFF')


def candidate(cloud: Any, server: Any) -> Candidate:
    """A server on EC2, and what keeps it there.

    :param cloud: an :class:`openstack.connection.Connection`
    :param server: an :class:`openstack.compute.v2.server.Server`
    """
    flavor = server.flavor
    return Candidate(
        server_id=server.id, name=server.name, project_id=server.project_id,
        vcpus=flavor.vcpus, memory_mb=flavor.ram,
        disk_gb=flavor.disk + flavor.ephemeral,
        runs=server.status == 'ACTIVE', obstacle=_obstacle(cloud, server))


def bring(cloud: Any, server: Any, ec2_hosts: set[str]) -> str:
    """Build a server anew at home and delete it on EC2.

    :returns: what became of it; where it failed the old one goes on
    """
    try:
        # A plain string would be taken for its name.
        there = cloud.connect_as_project({'id': server.project_id})
        wanted = _wanted(cloud, server)
        made = there.compute.create_server(**wanted)
    except keystoneauth1.exceptions.Unauthorized:
        return (f'not built anew: your user has no role in project '
                f'{server.project_id}; give it one that may create servers')
    except (openstack.exceptions.SDKException,
            keystoneauth1.exceptions.ClientException) as error:
        return f'not built anew: {error}'
    try:
        made = cloud.compute.wait_for_server(
            made, status='ACTIVE', failures=['ERROR'], wait=_PATIENCE)
        # The list of servers knows the host only to an administrator.
        host = cloud.compute.get_server(made.id).compute_host
        if host not in ec2_hosts:
            cloud.compute.delete_server(server.id)
            return f'built anew as {made.id} on {host}, deleted on EC2'
        why = f'{host} is on EC2: EC2BurstFilter is not enabled'
    except openstack.exceptions.SDKException as error:
        why = str(error)
    cloud.compute.delete_server(made.id)
    return f'not built anew, it stays: {why}'


def _obstacle(cloud: Any, server: Any) -> str:
    """Why Nova cannot bring it home, '' where it can."""
    if server.status not in _STATES:
        return f'it is {server.status}'
    if (server.metadata or {}).get(MARK) != 'replace':
        return (f'its data is on EBS, which Nova cannot bring home; without '
                f'data: set {MARK}=replace')
    if server.attached_volumes:
        return 'its volumes are EBS volumes'
    if any(address.get('OS-EXT-IPS:type') == 'floating'
           for addresses in (server.addresses or {}).values()
           for address in addresses):
        return 'it has a floating IP'
    image_id = server.image and server.image.id
    if not image_id:
        return 'it was not built from an image'
    image = cloud.image.find_image(image_id)
    if image is None:
        return f'its image {image_id} is gone'
    if not image.size:
        return f'its image {image_id} is an AMI only, without data'
    return ''


def _wanted(cloud: Any, server: Any) -> dict[str, Any]:
    """The same server again, at home."""
    flavor = cloud.compute.find_flavor(server.flavor.original_name,
                                       ignore_missing=False)
    networks: Any = [{'uuid': port.net_id} for port
                     in cloud.compute.server_interfaces(server.id)]
    wanted = {
        'name': server.name, 'image_id': server.image.id,
        'flavor_id': flavor.id, 'networks': networks or 'none',
        'metadata': dict(server.metadata or {}),
        'scheduler_hints': {burst.HINT: 'never'}}
    groups = [{'name': name} for name in dict.fromkeys(
        each['name'] for each in server.security_groups or ())]
    for key, value in (('key_name', server.key_name),
                       ('user_data', server.user_data),
                       ('security_groups', groups if networks else None)):
        if value:
            wanted[key] = value
    return wanted
