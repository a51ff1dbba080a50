# SPDX-License-Identifier: Apache-2.0
"""Nova's Neutron fixture, with an address of its own for each port.

Nova's gives every port that it makes the same address, and EC2 takes none
twice. Its network has its counterpart in the subnet of ``ec2.Emulator``.
"""

import copy
import ipaddress
import itertools
from typing import Any

from nova.tests.fixtures import neutron

_FIRST = ipaddress.IPv4Address('192.168.2.1')


class Networks(neutron.NeutronFixture):
    """Networks and ports, as nova.network.neutron sees them."""

    def __init__(self, test: Any) -> None:
        super().__init__(test)
        self._fresh = (str(_FIRST + number) for number in itertools.count())

    def create_port(self, body: Any = None) -> Any:
        made = super().create_port(body)['port']
        kept = self._ports[made['id']]
        for fixed in kept.get('fixed_ips', ()):
            if self._taken(fixed['ip_address'], made['id']):
                fixed['ip_address'] = next(self._fresh)
        return self.show_port(made['id'])

    def update_port(self, port_id: str, body: Any = None) -> Any:
        """Also of a port that is not bound and shall not be.

        A driver that binds ports itself has Nova write no host, see
        ComputeDriver.network_binding_host_id; Nova's fixture knows no such
        driver.
        """
        wanted = dict(body['port'])
        if wanted.get('binding:host_id', 'some'):
            return super().update_port(port_id, body)
        wanted['binding:host_id'] = None
        if self._get_active_binding(port_id)[0]:
            return super().update_port(port_id, {'port': wanted})
        self._ports[port_id].update(copy.deepcopy(wanted))
        return self.show_port(port_id)

    def _taken(self, address: str, port_id: str) -> bool:
        return any(fixed['ip_address'] == address
                   for port in self._ports.values() if port['id'] != port_id
                   for fixed in port.get('fixed_ips', ()))
