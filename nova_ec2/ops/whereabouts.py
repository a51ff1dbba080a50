# SPDX-License-Identifier: Apache-2.0
"""Where this host and others stand, for a server that is to move."""

import dataclasses
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.identity import Identity
from nova_ec2.models import place
from nova_ec2.ops.context import Site
from nova_ec2.policy import moves

LOG = logging.getLogger(__name__)


class Moves(Protocol):
    """Says between which hosts servers move."""

    def refusal(self, host: str, node: str) -> str:
        """See :meth:`Whereabouts.refusal`."""


class Whereabouts:
    """The place of one host, and of the other hosts of its cell.

    :param site: of the host's own credentials
    :param others: numbers of the accounts that it enters by a role
    """

    def __init__(self, site: Site, identity: Identity,
                 others: Callable[[], Iterable[str]] = tuple) -> None:
        self._site = site
        self._identity = identity
        self._others = others
        self._lock = threading.Lock()
        self._account = ''
        self._warned = False

    def here(self) -> place.Place:
        """Where this host stands; the account is '' while AWS hides it."""
        site = self._site
        return place.Place(cloud=site.cloud_id, account=self.account(),
                           region=site.ec2.region, zone=site.zone,
                           accounts=','.join(sorted(self._others())))

    def account(self) -> str:
        """Number of the account of the host's credentials, '' if hidden."""
        with self._lock:
            if self._account:
                return self._account
            try:
                self._account = self._identity.account()
            except exc.NovaEC2Error as error:
                if not self._warned:
                    LOG.warning(
                        'The number of the AWS account could not be read, so '
                        'servers cannot move between this host and others; '
                        'STS must be reachable: %s', error)
                self._warned = True
            return self._account

    def refusal(self, host: str, node: str) -> str:
        """Why no server moves between this host and another, '' if it can.

        :param host: name of the other nova-compute, which may be down
        :param node: name of its compute node
        """
        return moves.refusal(_of(host, node), self.here())


@dataclasses.dataclass(frozen=True)
class WithinAccount:
    """Between which hosts the servers of an account with a role move."""

    whereabouts: Whereabouts
    account_id: str

    def refusal(self, host: str, node: str) -> str:
        """See :meth:`Whereabouts.refusal`."""
        return (self.whereabouts.refusal(host, node)
                or moves.account_refusal(self.account_id, _of(host, node)))


def _of(host: str, node: str) -> place.Place | None:
    try:
        found: Any = objects.ComputeNode.get_by_host_and_nodename(
            nova_context.get_admin_context(), host, node)
    except nova_exc.ComputeHostNotFound:
        return None
    return place.of_node(found)
