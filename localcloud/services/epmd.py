# SPDX-License-Identifier: Apache-2.0
"""A port mapper of our own, so that the system's is left alone."""

from collections.abc import Sequence

from localcloud.cloud import HOST
from localcloud.service import Service


class Epmd(Service):
    """Erlang's port mapper, which RabbitMQ cannot start without."""

    name = 'epmd'
    ports = ('epmd',)

    def command(self) -> Sequence[str]:
        return ['epmd', '-address', HOST,
                '-port', str(self.cloud.port('epmd'))]
