# SPDX-License-Identifier: Apache-2.0
"""Ports of servers on private hosts do not stay in subnets of EC2.

Neutron picks an address before the host is known, and of any subnet of the
network. nova-compute moves what Nova made for an EC2 host; what it made for a
private host is moved here, when it is bound.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import directory

from nova_ec2.models import neutron_subnet
from nova_ec2.neutron.errors import EC2Conflict
from nova_ec2.neutron.hosts import serves


class PrivateHosts:
    """Looks at every port of a server that comes to a host.

    :param patterns: of the hosts that are EC2's
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns

    def subscribe(self) -> None:
        """Called once, when Neutron has loaded the driver."""
        registry.subscribe(self.port_changes, resources.PORT,
                           events.BEFORE_UPDATE)

    def port_changes(self, resource: str, event: str, trigger: Any,
                     payload: Any) -> None:
        """Move a port that Nova made; refuse one that was there before.

        :raises EC2Conflict: a private host cannot serve it
        """
        old, changes = payload.states
        host = changes.get(portbindings.HOST_ID)
        if (not host or serves(host, self._patterns)
                or not _is_a_servers({**old, **changes})):
            return
        subnets = directory.get_plugin().get_subnets(
            payload.context.elevated(),
            filters={'network_id': [old['network_id']]})
        on_ec2 = {one['id'] for one in subnets
                  if one.get(neutron_subnet.SUBNET_ID)}
        fixed = changes.get('fixed_ips', old['fixed_ips'])
        if not any(one.get('subnet_id') in on_ec2 for one in fixed):
            return
        instead = {one['ip_version']: one['id'] for one in subnets
                   if one['id'] not in on_ec2}
        # Nova makes a port for a server, and writes the server into a port
        # that was there before.
        if not (old.get('device_id') and instead):
            raise EC2Conflict(
                reason=f'port {old["id"]} has an address of a subnet on EC2, '
                f'and host {host} is not on EC2; is EC2PortFilter among the '
                f'filters of nova-scheduler?')
        changes['fixed_ips'] = [{'subnet_id': one}
                                for one in instead.values()]


def _is_a_servers(port: Mapping[str, Any]) -> bool:
    return (port.get('device_owner') or '').startswith(
        constants.DEVICE_OWNER_COMPUTE_PREFIX) or not port.get('device_owner')
