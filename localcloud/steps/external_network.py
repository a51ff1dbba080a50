# SPDX-License-Identifier: Apache-2.0
"""The network from which floating IPs on EC2 come."""

from localcloud import clients
from localcloud.service import Step

NAME = 'internet-ec2'


class ExternalNetwork(Step):
    """Makes it; its addresses are Elastic IPs, allocated when asked for."""

    name = 'external-network'
    # Neutron reads its policies with the first request, for one at a time.
    needs = ('network',)

    def run(self) -> None:
        clients.connection(self.cloud).network.create_network(
            name=NAME, is_router_external=True, provider_network_type='ec2')
