# SPDX-License-Identifier: Apache-2.0
"""neutron-periodic-workers: what puts EC2 right runs in it."""

from collections.abc import Sequence

from localcloud.cloud import script
from localcloud.config import neutron
from localcloud.service import Service


class NeutronPeriodic(Service):
    """The loops of Neutron, which its API's process does not run."""

    name = 'neutron-periodic'
    needs = ('neutron',)

    def command(self) -> Sequence[str]:
        return [script('neutron-periodic-workers'), '--config-file',
                str(neutron.write(self.cloud))]
