# SPDX-License-Identifier: Apache-2.0
"""What nova-scheduler knows of ports and subnets: Neutron is asked."""

import threading
from typing import Any

import cachetools
from nova import context as nova_context
from nova.network import neutron

from nova_ec2.models import neutron_subnet
from nova_ec2.models.neutron_subnet import NeutronSubnet
from nova_ec2.policy.port_zones import Asked

# What is remembered, and for how many seconds: of the servers of one request
# and of some that come together only the first costs a question.
_MOST = 1000
_SECONDS = 5


class Ports:
    """Reads ports and the subnets of networks, as an administrator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subnets: cachetools.TTLCache[str, list[NeutronSubnet]] = (
            cachetools.TTLCache(_MOST, _SECONDS))

    def forget(self) -> None:
        """What is remembered may be out of date."""
        with self._lock:
            self._subnets.clear()

    def network(self, network_id: str) -> Asked:
        """A network in which Nova makes a port, or has made one."""
        return Asked(f'network {network_id}', self._of(network_id),
                     fixed=False)

    def port(self, port_id: str) -> Asked:
        """A port that was there before the request."""
        port = _client().show_port(port_id)['port']
        subnets = self._of(port['network_id'])
        ids = {fixed['subnet_id'] for fixed in port['fixed_ips']}
        its = [one for one in subnets if one.subnet_id in ids]
        # One without an address can be served wherever its network is.
        return Asked(f'port {port_id}', its or subnets, fixed=bool(its))

    def _of(self, network_id: str) -> list[NeutronSubnet]:
        with self._lock:
            known = self._subnets.get(network_id)
        if known is None:
            known = [neutron_subnet.of(raw) for raw in
                     _client().list_subnets(network_id=network_id)['subnets']]
            with self._lock:
                self._subnets[network_id] = known
        return known


def _client() -> Any:
    return neutron.get_client(nova_context.get_admin_context(), admin=True)
