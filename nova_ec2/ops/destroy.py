# SPDX-License-Identifier: Apache-2.0
"""destroy: the server is gone from EC2, with all that came with it."""

import contextlib
import dataclasses
from typing import Any

from nova.compute import task_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.context import INSTANCE_ID, Site

LOG = logging.getLogger(__name__)

_GONE = ServerState.TERMINATED


@dataclasses.dataclass(frozen=True)
class Destroy:
    """Terminates servers of one host."""

    site: Site

    def __call__(self, instance: Any) -> None:
        """Terminate the server (Nova's ``destroy``); gone is success.

        Its volumes, interfaces and addresses are made to go with it
        (DeleteOnTermination), so nothing else is left to remove.
        """
        if instance.task_state == task_states.RESIZE_REVERTING:
            # Nova calls destroy in the middle of a revert: the server lives.
            return
        with errors.as_nova(instance):
            self.terminate(instance)

    def terminate(self, instance: Any) -> None:
        """Find the server, by id or else by tag, and see it gone."""
        server = self.site.locate(instance)
        while server is not None and server.state is not _GONE:
            self._terminate_one(server)
            # A lost reply of an earlier launch may have left another.
            server = self.site.locate(instance)
        self.site.fleet.forget(instance.uuid)
        instance.system_metadata.pop(INSTANCE_ID, None)

    def _terminate_one(self, server: Server) -> None:
        site = self.site
        LOG.info('Terminating instance %s', server.instance_id)
        with contextlib.suppress(exc.NotFound):
            site.bulk.terminate(server.instance_id)
        # Until it is terminated its address is taken, and Neutron would
        # hand it out again.
        site.fleet.reader.wait(server.instance_id, _is_gone,
                               site.timeouts.terminate)


def _is_gone(server: Server | None) -> bool:
    return server is None or server.state is _GONE
