# SPDX-License-Identifier: Apache-2.0
"""Nova's conductor."""

from collections.abc import Sequence

from localcloud.config import nova
from localcloud.nova_service import NovaService


class NovaConductor(NovaService):
    """Database access and task flows for the computes."""

    name = binary = 'nova-conductor'
    # It signs in at its start, and ends where it may not.
    needs = ('mariadb', 'rabbitmq', 'accounts')

    def command(self) -> Sequence[str]:
        return self.arguments(nova.write(self.cloud))
