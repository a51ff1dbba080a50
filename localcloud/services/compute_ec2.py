# SPDX-License-Identifier: Apache-2.0
"""The EC2 host: nova-compute with this project's driver."""

from collections.abc import Sequence

from localcloud import ec2, research
from localcloud.compute_service import ComputeService
from localcloud.config import nova


class ComputeEC2(ComputeService):
    """A nova-compute whose servers are the emulator's instances."""

    name = 'nova-compute-ec2'
    host = ec2.HOST
    needs = (*ComputeService.needs, 'ec2-subnet', 'burst-rules')

    def command(self) -> Sequence[str]:
        return self.arguments(nova.write_host(
            self.cloud, self.host, 'ec2.EC2Driver', {
                'DEFAULT': {'sync_power_state_interval': 10},
                'ec2': {
                    **ec2.options(self.cloud),
                    'availability_zone': ec2.ZONE,
                    'accounts_file': research.accounts_file(self.cloud),
                    # Neutron's groups are EC2's.
                    'port_groups': 'neutron',
                    'subnet_id': ec2.read(self.cloud)['subnet'],
                    # The emulator's servers start within a second.
                    'transition_interval': 0.5,
                    'image_interval': 0.5,
                    'sweep_interval': 10,
                },
            }))
