# SPDX-License-Identifier: Apache-2.0
"""The private host: Nova's in-tree fake driver, with room for four servers."""

from collections.abc import Sequence

from localcloud.compute_service import ComputeService
from localcloud.config import nova
from localcloud.names import PRIVATE_HOST

ROOM = 4
FAKE_DRIVER_MEMORY_MB = 800000
"""What Nova's fake driver says it has; importing Nova here takes seconds."""

FLAVOR_MEMORY_MB = 2048
"""Memory of the flavor m1.small, see steps/flavors.py."""


class ComputePrivate(ComputeService):
    """A nova-compute whose servers exist in its memory only."""

    name = 'nova-compute-private'
    host = PRIVATE_HOST

    def command(self) -> Sequence[str]:
        reserved = FAKE_DRIVER_MEMORY_MB - ROOM * FLAVOR_MEMORY_MB
        return self.arguments(nova.write_host(
            self.cloud, PRIVATE_HOST, 'fake.FakeDriverWithoutFakeNodes', {
                # All of the fake driver's memory but that of four servers.
                'DEFAULT': {'reserved_host_memory_mb': reserved},
            }))
