# SPDX-License-Identifier: Apache-2.0
"""The EC2 host's availability zone in Nova."""

from localcloud import clients, ec2
from localcloud.service import Step


class Zone(Step):
    """Puts the EC2 host into an aggregate named like its zone."""

    name = 'zone'
    needs = ('nova-compute-ec2',)

    def run(self) -> None:
        compute = clients.connection(self.cloud).compute
        aggregate = compute.create_aggregate(
            name=ec2.ZONE, availability_zone=ec2.ZONE)
        compute.add_host_to_aggregate(aggregate, ec2.HOST)
