# SPDX-License-Identifier: Apache-2.0
"""The EC2 security groups of a port's interface."""

import threading
from collections.abc import Callable
from typing import Any

import cachetools

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.network import Subnet
from nova_ec2.ops.context import Site

NOT_FOUND = 'InvalidGroup.NotFound'
NEUTRON = 'neutron'
"""``[ec2] port_groups``: Neutron's own groups, mirrored."""

_MOST = 10000


class PortGroups:
    """Finds the groups of ports: Neutron's mirrored, or those of the host.

    A mirrored group keeps its id while it lives, so it is asked for once.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._known: cachetools.LRUCache[tuple[str, str], str] = (
            cachetools.LRUCache(_MOST))

    @property
    def mirrored(self) -> bool:
        """Whether they are Neutron's."""
        return bool(self._site.conf.ec2.port_groups == NEUTRON)

    def of(self, subnet: Subnet, port: Any,
           tell_again: Callable[[], object]) -> tuple[str, ...]:
        """Ids of the EC2 groups that a port's interface is to have.

        :param subnet: where the interface is made
        :param port: as Neutron shows it; not read where the groups are the
            host's
        :param tell_again: has Neutron make the groups of the port once more:
            nobody used them, and it took them away just now
        :raises NetworkRefused: there are none for it
        """
        if not self.mirrored:
            return self._of_host(subnet)
        owners = _owners(port)
        with self._lock:
            found = {owner: self._known.get((subnet.vpc_id, owner), '')
                     for owner in owners}
        missing = [owner for owner, group_id in found.items()
                   if not group_id]
        if missing:
            found |= self._read(subnet.vpc_id, missing, tell_again)
        return tuple(found[owner] for owner in owners)

    def forget(self, error: Exception) -> bool:
        """EC2 no longer had a group; whether asking anew may help."""
        if not self.mirrored or getattr(error, 'code', '') != NOT_FOUND:
            return False
        with self._lock:
            self._known.clear()
        return True

    def _of_host(self, subnet: Subnet) -> tuple[str, ...]:
        account = self._site.account
        groups = account.security_group_ids
        home = self._site.subnet
        if groups and subnet.vpc_id != home.vpc_id:
            raise exc.NetworkRefused(
                # Nova shows the first 255 characters.
                f'{subnet.subnet_id} is of {subnet.vpc_id}: [ec2] '
                f'port_groups = {NEUTRON} would serve it, but account '
                f"{account.name}'s {', '.join(groups)} are of "
                f'{home.vpc_id}')
        return groups

    def _read(self, vpc_id: str, owners: list[str],
              tell_again: Callable[[], object]) -> dict[str, str]:
        found = self._site.ec2.security_groups.find(
            vpc_id, owners, self._site.cloud_id)
        if len(found) < len(owners):
            tell_again()
            found = self._site.ec2.security_groups.find(
                vpc_id, owners, self._site.cloud_id)
        lacking = [owner for owner in owners if owner not in found]
        if lacking:
            raise exc.NetworkRefused(
                f'Neutron has made no group in {vpc_id} for its security '
                f'group {", ".join(lacking)}, in account '
                f'{self._site.account.name}; is the ec2 mechanism driver in '
                f'[ml2] mechanism_drivers, and does neutron-server have the '
                f'same [ec2] accounts_file?')
        with self._lock:
            self._known.update({(vpc_id, owner): group_id
                                for owner, group_id in found.items()})
        return found


def _owners(port: Any) -> list[str]:
    """Values of the tag of a port's groups, each once."""
    if not port.get('port_security_enabled', True):
        return [tag_keys.GROUP_ALL]
    return sorted(set(port.get('security_groups') or
                      [tag_keys.GROUP_NONE]))
