# SPDX-License-Identifier: Apache-2.0
"""Nova's scheduler, with this project's weigher."""

from collections.abc import Sequence

from localcloud.config import nova
from localcloud.nova_service import NovaService


class NovaScheduler(NovaService):
    """Chooses the host of each server: private ones first."""

    name = binary = 'nova-scheduler'
    # It signs in at its start, and ends where it may not.
    needs = ('mariadb', 'rabbitmq', 'accounts', 'burst-rules')

    def command(self) -> Sequence[str]:
        return self.arguments(nova.write(self.cloud))
