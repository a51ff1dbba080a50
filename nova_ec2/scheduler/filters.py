# SPDX-License-Identifier: Apache-2.0
"""Filters for nova-scheduler (``[filter_scheduler] enabled_filters``)."""

from collections.abc import Iterable, Iterator
from typing import Any

from nova import exception as nova_exc
from nova import objects
from nova.scheduler import filters
from oslo_log import log as logging

from nova_ec2.models import place
from nova_ec2.policy import moves
from nova_ec2.scheduler import servers

LOG = logging.getLogger(__name__)


class EC2MoveFilter(filters.BaseHostFilter):
    """A server leaves its host only for one that can take its instance over.

    Nova asks the destination of a migration nothing before the source acts,
    so a migration from a private host to an EC2 host, or back, would stop the
    server and then fail. Servers on EC2 move to EC2 hosts of the same cloud,
    account, Region and zone; others move to hosts that are not on EC2.

    Builds and unshelved servers come from no host and pass.
    """

    def filter_all(self, filter_obj_list: Iterable[Any],
                   spec_obj: Any) -> Iterator[Any]:
        """The hosts that the server can move to (Nova's ``filter_all``)."""
        node = _source(spec_obj)
        for host in filter_obj_list:
            if node is None or _passes(node, host, spec_obj):
                yield host


def _passes(node: Any, host: Any, spec: Any) -> bool:
    # A rebuild is scheduled to where the server is already.
    if (host.host, host.nodename) == (node.host, node.hypervisor_hostname):
        return True
    reason = moves.refusal(place.of_node(node), place.of_node(host))
    if reason:
        LOG.info('Server %s on %s does not move to %s: %s',
                 spec.instance_uuid, node.host, host.host, reason)
    return not reason


def _source(spec: Any) -> Any:
    """The compute node of the server that moves, None for a new one."""
    with servers.existing(spec) as (context, server):
        if server is None or not server.host:
            return None
        try:
            return objects.ComputeNode.get_by_host_and_nodename(
                context, server.host, server.node)
        except nova_exc.ComputeHostNotFound:
            return None
