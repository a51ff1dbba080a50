# SPDX-License-Identifier: Apache-2.0
"""The subnets of Neutron's networks, and where on EC2 they are."""

import threading
from typing import Any

import cachetools
from nova import context as nova_context
from nova.network import neutron

from nova_ec2 import exceptions as exc
from nova_ec2.models import neutron_subnet
from nova_ec2.models.neutron_subnet import NeutronSubnet

# Networks whose subnets are remembered, and for how many seconds: what an
# administrator changes of them is seen so much later.
_NETWORKS = 1000
_REMEMBERED = 60


def client() -> Any:
    """Neutron as an administrator; only one may bind ports."""
    return neutron.get_client(nova_context.get_admin_context(), admin=True)


class NeutronSubnets:
    """Reads the subnets of networks, and remembers them for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: cachetools.TTLCache[str, tuple[NeutronSubnet, ...]] = (
            cachetools.TTLCache(_NETWORKS, _REMEMBERED))

    def of(self, network_id: str) -> tuple[NeutronSubnet, ...]:
        """All subnets of a network."""
        with self._lock:
            known = self._known.get(network_id)
        if known is None:
            listed = client().list_subnets(network_id=network_id)
            known = tuple(map(neutron_subnet.of, listed['subnets']))
            with self._lock:
                self._known[network_id] = known
        return known

    def forget(self, network_id: str) -> None:
        """What is remembered of a network may be out of date."""
        with self._lock:
            self._known.pop(network_id, None)

    def holding(self, network_id: str, address: str) -> NeutronSubnet:
        """The network's subnet that an address is of.

        :raises NetworkRefused: there is none
        """
        for one in self.of(network_id):
            if one.holds(address):
                return one
        raise exc.NetworkRefused(
            f'network {network_id} has no subnet that holds {address}; its '
            f'subnets must have the CIDRs of the VPC subnets')
