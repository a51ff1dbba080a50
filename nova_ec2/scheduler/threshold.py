# SPDX-License-Identifier: Apache-2.0
"""Whether the private hosts are as full as an ``above`` policy says.

Decisions of one process come one after the other, each with all servers that
were sent to private hosts before. So of requests that come together only the
last one to be let in can pass the threshold; with several workers it is one
each, for what a worker has on its way the others do not see.
"""

import threading
from collections.abc import Callable

from oslo_log import log as logging

from nova_ec2.policy import burst
from nova_ec2.policy.burst import Policy
from nova_ec2.policy.private_cloud import PrivateCloud
from nova_ec2.policy.room import Room
from nova_ec2.scheduler.on_the_way import OnTheWay
from nova_ec2.scheduler.utilisation import PlacementSilentError

LOG = logging.getLogger(__name__)

_SECONDS = 10.0
"""How old usages may be while servers go to EC2. Placement does not say that
something was released, so that bursting may end is seen that much later."""


class Threshold:
    """Decides for all requests of one process. Threads share it.

    :param margin: gives points between beginning and end of bursting
    """

    def __init__(self, private: PrivateCloud, on_the_way: OnTheWay,
                 margin: Callable[[], int]) -> None:
        self._private, self._on_the_way = private, on_the_way
        self._margin = margin
        self._turn = threading.Lock()
        self._bursting: dict[Policy, bool] = {}

    def passed(self, spec: object, policy: Policy, size: Room
               ) -> tuple[bool, Room | None]:
        """Whether a server goes to EC2.

        Where it does not, it is on its way to a private host from now on.

        :param size: what it takes there, in ``vcpus_used`` and
            ``memory_mb_used``
        :returns: with the figures; None where Placement did not tell, and
            then the server stays at home
        """
        with self._turn:
            try:
                now, room = self._look(spec, policy)
            except PlacementSilentError as error:
                LOG.warning('Placement did not say how full the private '
                            'hosts are, so nothing goes to EC2 by %s: %s',
                            policy, error)
                now, room = False, None
            if not now:
                self._on_the_way.add(spec, size)
            return now, room

    def _look(self, spec: object, policy: Policy) -> tuple[bool, Room]:
        pending = self._on_the_way.settle(spec)
        before = self._bursting.get(policy, False)
        room = self._private.room() + pending
        now = burst.bursts(policy, room, self._margin(), before)
        if now:
            # What was released meanwhile shows only when it is read anew.
            room = self._private.room(_SECONDS if before else 0) + pending
            now = burst.bursts(policy, room, self._margin(), before)
        if now != before:
            LOG.info('By %s new servers %s: the private hosts are at %s',
                     policy, 'go to EC2' if now else 'stay at home', room)
        self._bursting[policy] = now
        return now, room
