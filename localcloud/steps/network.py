# SPDX-License-Identifier: Apache-2.0
"""The network of the servers, with a subnet on each side."""

import ipaddress
from typing import Any

from localcloud import clients, ec2, waiting
from localcloud.service import Step
from nova_ec2.models import tags

NAME = 'private'
PRIVATE_CIDR = '192.168.50.0/24'
RESERVED_FIRST = 4
"""AWS keeps the network address and the next three of every subnet."""

RULES = (
    # protocol, port range
    ('icmp', None, None),
    ('tcp', 22, 22),
)


class Network(Step):
    """Makes it for the user demo.

    Only an administrator can say which kind of network it is. The operator
    tells by a tag which VPC subnet the subnet on EC2 is.
    """

    name = 'network'
    needs = ('neutron', 'accounts', 'ec2-subnet')

    private_side = True
    """Whether it has a subnet for private hosts, too."""

    def run(self) -> None:
        network = clients.connection(self.cloud, 'demo').network
        made = clients.connection(self.cloud).network.create_network(
            name=NAME, provider_network_type='local',
            project_id=network.get_project_id())
        if self.private_side:
            network.create_subnet(name='private-side', network_id=made.id,
                                  ip_version=4, cidr=PRIVATE_CIDR)
        subnet = self._subnet(network, made)
        self._map(subnet)
        waiting.until('Neutron sees the VPC subnet', lambda: network.get(
            f'/subnets/{subnet.id}').json()['subnet']['ec2:subnet_id'])
        group = network.find_security_group('default')
        for protocol, first, last in RULES:
            network.create_security_group_rule(
                security_group_id=group.id, direction='ingress',
                ether_type='IPv4', protocol=protocol,
                port_range_min=first, port_range_max=last)

    def _subnet(self, network: Any, made: Any) -> Any:
        cidr = ipaddress.ip_network(ec2.read(self.cloud)['cidr'])
        return network.create_subnet(
            name=ec2.ZONE, network_id=made.id, ip_version=4, cidr=str(cidr),
            gateway_ip=str(cidr[1]),
            allocation_pools=[{'start': str(cidr[RESERVED_FIRST]),
                               'end': str(cidr[-2])}])

    def _map(self, subnet: Any) -> None:
        ec2.client(self.cloud).create_tags(
            Resources=[ec2.read(self.cloud)['subnet']], Tags=[
                {'Key': tags.CLOUD, 'Value': ec2.CLOUD_ID},
                {'Key': tags.SUBNET, 'Value': subnet.id}])
