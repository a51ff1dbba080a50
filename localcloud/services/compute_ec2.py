# SPDX-License-Identifier: Apache-2.0
"""The EC2 host: nova-compute with this project's driver."""

from collections.abc import Sequence

from localcloud import ec2
from localcloud.compute_service import ComputeService
from localcloud.config import nova
from nova_ec2.emulator import settings


class ComputeEC2(ComputeService):
    """A nova-compute whose servers are the emulator's instances."""

    name = 'nova-compute-ec2'
    host = ec2.HOST
    needs = (*ComputeService.needs, 'ec2-subnet')

    def command(self) -> Sequence[str]:
        credential = settings.DEFAULT_CREDENTIAL
        return self.arguments(nova.write_host(
            self.cloud, self.host, 'ec2.EC2Driver', {
                'DEFAULT': {'sync_power_state_interval': 10},
                'ec2': {
                    'cloud_id': ec2.CLOUD_ID,
                    'region_name': ec2.REGION,
                    'availability_zone': ec2.ZONE,
                    'endpoint_url': self.cloud.url('emulator'),
                    'subnet_id': ec2.read(self.cloud)['subnet'],
                    'access_key_id': credential.access_key_id,
                    'secret_access_key': credential.secret_access_key,
                    # The emulator's servers start within a second.
                    'transition_interval': 0.5,
                    'image_interval': 0.5,
                    'sweep_interval': 10,
                },
            }))
