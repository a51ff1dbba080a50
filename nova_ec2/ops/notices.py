# SPDX-License-Identifier: Apache-2.0
"""What happens to a server on EC2, written where its user looks.

``openstack server event list`` shows what was done to a server. What EC2 did
to it, or will do, stands there too, as actions whose names begin with
``ec2-`` and whose message is a sentence.
"""

from typing import Any

from nova import context as nova_context
from nova import objects
from oslo_utils import timeutils

STOPPED = 'ec2-stopped'
STARTED = 'ec2-started'
TERMINATED = 'ec2-terminated'
INTERRUPTED = 'ec2-spot-interruption'
REPLACED = 'ec2-spot-replacement'
MAINTENANCE = 'ec2-maintenance'
BUDGET = 'ec2-budget'

# The column's.
_LENGTH = 255


def write(instance: Any, action: str, message: str) -> None:
    """Add an action to a server's list.

    :param instance: :class:`nova.objects.Instance`
    :param action: one of this module's names
    """
    # Each with a request id of its own, by which it can be shown.
    context = nova_context.get_admin_context()
    objects.InstanceAction(
        context, action=action, instance_uuid=instance.uuid,
        request_id=context.request_id, project_id=instance.project_id,
        start_time=timeutils.utcnow(), message=message[:_LENGTH]).create()


def write_once(instance: Any, action: str, message: str) -> None:
    """Add an action, unless the list has one with the same words."""
    context = nova_context.get_admin_context()
    known = objects.InstanceActionList.get_by_instance_uuid(
        context, instance.uuid)
    if not any(one.action == action and one.message == message[:_LENGTH]
               for one in known):
        write(instance, action, message)
