# SPDX-License-Identifier: Apache-2.0
"""The network of the servers: the EC2 subnet, seen from Neutron."""

import ipaddress
from typing import Any

from localcloud import clients, ec2
from localcloud.service import Step

NAME = 'private'
RESERVED_FIRST = 4
"""AWS keeps the network address and the next three of every subnet."""

RULES = (
    # protocol, port range
    ('icmp', None, None),
    ('tcp', 22, 22),
)


class Network(Step):
    """Makes a network whose subnet has the EC2 subnet's CIDR."""

    name = 'network'
    needs = ('neutron', 'accounts', 'ec2-subnet')

    def run(self) -> None:
        cidr = ipaddress.ip_network(ec2.read(self.cloud)['cidr'])
        network = clients.connection(self.cloud, 'demo').network
        made = self._network(network)
        network.create_subnet(
            name=NAME, network_id=made.id, ip_version=4, cidr=str(cidr),
            gateway_ip=str(cidr[1]),
            allocation_pools=[{'start': str(cidr[RESERVED_FIRST]),
                               'end': str(cidr[-2])}])
        group = network.find_security_group('default')
        for protocol, first, last in RULES:
            network.create_security_group_rule(
                security_group_id=group.id, direction='ingress',
                ether_type='IPv4', protocol=protocol,
                port_range_min=first, port_range_max=last)

    def _network(self, network: Any) -> Any:
        """A network of the user demo that is on both sides.

        Which kind it is only an administrator can say.
        """
        return clients.connection(self.cloud).network.create_network(
            name=NAME, provider_network_type='local',
            project_id=network.get_project_id())
