# SPDX-License-Identifier: Apache-2.0
"""The flavors, sized to fit cheap EC2 instance types."""

from localcloud import clients
from localcloud.service import Step

FLAVORS = (
    # name, vCPUs, memory in MiB, root disk in GiB
    ('m1.small', 1, 2048, 10),
    ('m1.medium', 2, 4096, 20),
    ('m1.large', 2, 8192, 40),
)


class Flavors(Step):
    """Makes the public flavors."""

    name = 'flavors'
    needs = ('nova-api', 'accounts')

    def run(self) -> None:
        compute = clients.connection(self.cloud).compute
        for name, vcpus, ram, disk in FLAVORS:
            compute.create_flavor(name=name, vcpus=vcpus, ram=ram, disk=disk)
