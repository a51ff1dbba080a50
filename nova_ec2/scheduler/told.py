# SPDX-License-Identifier: Apache-2.0
"""Why a server that exists is refused, where its owner can read it.

The fault of a build has the reason that a filter gives. Of other verbs Nova
keeps it to its logs, at an unshelving for instance; so it becomes an event of
the action (``openstack server event show``).
"""

from typing import Any

import nova.conf
from nova import exception as nova_exc
from nova.compute import utils as compute_utils
from oslo_log import log as logging

from nova_ec2.scheduler import servers

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

EVENT = 'scheduler_ec2_burst'


def tell(spec: Any, error: nova_exc.NoValidHost) -> None:
    """Note a refusal among the server's actions, where it exists.

    :param spec: the request, as Nova handed it over
    """
    request = spec._context
    if request is None:
        return
    try:
        with servers.existing(spec) as (context, server):
            if server is None:
                return
            # Actions are found by the request that began them.
            context.request_id = request.request_id
            _write(context, server.uuid, error)
    except nova_exc.NovaException as trouble:
        LOG.warning('Server %s does not show why it was refused: %s',
                    spec.instance_uuid, trouble)


def _write(context: Any, uuid: str, error: nova_exc.NoValidHost) -> None:
    try:
        with compute_utils.EventReporter(context, EVENT, CONF.host, uuid):
            raise error
    except nova_exc.NoValidHost:
        # The filter raises it.
        return
