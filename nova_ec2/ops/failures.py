# SPDX-License-Identifier: Apache-2.0
"""Why a verb failed, where Nova's own exception says only that it did."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from nova import exception as nova_exc
from nova import objects
from oslo_log import log as logging

LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def told(context: Any, instance: Any, event: str,
         host: str) -> Iterator[None]:
    """Add an event with the reason to the server's action, and log it.

    Nova's manager puts an exception of its own in place of what the driver
    raises for interfaces; ``openstack server event show`` then tells this
    event's details (microversion 2.84) and its name.

    :param event: for instance ``ec2_attach_interface``
    """
    try:
        yield
    except nova_exc.NovaException as error:
        LOG.warning('%s: %s', event, error.format_message(),
                    instance=instance)
        # What Neutron asks for by an external event belongs to no action.
        with contextlib.suppress(nova_exc.InstanceActionNotFound):
            objects.InstanceActionEvent.event_start(
                context, instance.uuid, event, want_result=False, host=host)
            objects.InstanceActionEvent.event_finish_with_failure(
                context, instance.uuid, event, exc_val=error,
                exc_tb=sys.exc_info()[2], want_result=False)
        raise
