# SPDX-License-Identifier: Apache-2.0
"""The network of the project research: its EC2 side is in its own account."""

from typing import Any

from localcloud import research
from localcloud.steps import network


class ResearchNetwork(network.Network):
    """Like the other, with another private side."""

    name = 'research-network'
    # Neutron reads its policies with the first request, for one at a time.
    needs = ('network', 'burst-rules')

    network_name = research.PROJECT
    user = research.USER
    private_cidr = '192.168.51.0/24'

    def client(self) -> Any:
        """EC2 of the account of research."""
        return research.client(self.cloud)
