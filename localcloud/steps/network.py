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

    network_name = NAME
    user = 'demo'
    private_cidr = PRIVATE_CIDR

    private_side = True
    """Whether it has a subnet for private hosts, too."""

    def run(self) -> None:
        network = clients.connection(self.cloud, self.user).network
        made = clients.connection(self.cloud).network.create_network(
            name=self.network_name, provider_network_type='local',
            project_id=network.get_project_id())
        if self.private_side:
            network.create_subnet(name='private-side', network_id=made.id,
                                  ip_version=4, cidr=self.private_cidr)
        on_ec2 = self.vpc_subnet()
        subnet = self._subnet(network, made, on_ec2['CidrBlock'])
        self._map(subnet, on_ec2['SubnetId'])
        waiting.until('Neutron sees the VPC subnet', lambda: network.get(
            f'/subnets/{subnet.id}').json()['subnet']['ec2:subnet_id'])
        group = network.find_security_group('default')
        for protocol, first, last in RULES:
            network.create_security_group_rule(
                security_group_id=group.id, direction='ingress',
                ether_type='IPv4', protocol=protocol,
                port_range_min=first, port_range_max=last)

    def client(self) -> Any:
        """EC2 of the account that the subnet is in."""
        return ec2.client(self.cloud)

    def vpc_subnet(self) -> dict[str, Any]:
        """EC2's own subnet of the zone, as EC2 describes it."""
        (subnet,) = self.client().describe_subnets(Filters=[
            {'Name': 'availability-zone', 'Values': [ec2.ZONE]},
            {'Name': 'default-for-az', 'Values': ['true']}])['Subnets']
        return subnet

    def _subnet(self, network: Any, made: Any, block: str) -> Any:
        cidr = ipaddress.ip_network(block)
        return network.create_subnet(
            name=ec2.ZONE, network_id=made.id, ip_version=4, cidr=str(cidr),
            gateway_ip=str(cidr[1]),
            allocation_pools=[{'start': str(cidr[RESERVED_FIRST]),
                               'end': str(cidr[-2])}])

    def _map(self, subnet: Any, ec2_id: str) -> None:
        self.client().create_tags(
            Resources=[ec2_id], Tags=[
                {'Key': tags.CLOUD, 'Value': ec2.CLOUD_ID},
                {'Key': tags.SUBNET, 'Value': subnet.id}])
