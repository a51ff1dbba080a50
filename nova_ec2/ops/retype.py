# SPDX-License-Identifier: Apache-2.0
"""Another instance type, and the next where EC2 has no room for it."""

import dataclasses
from collections.abc import Sequence

from nova_ec2 import exceptions as exc
from nova_ec2.models.launch import Candidate
from nova_ec2.models.server import Server
from nova_ec2.ops.context import Site
from nova_ec2.ops.states import States


@dataclasses.dataclass(frozen=True)
class Retype:
    """Changes the types of one host's servers."""

    site: Site
    states: States

    def __call__(self, stopped: Server, types: Sequence[str],
                 start: bool) -> None:
        """Give a stopped server the first type that EC2 has room for.

        :param types: the choice first
        :param start: see it run: only then EC2 says whether there is room
        :raises CapacityExhausted: it has none for any of them
        """
        site = self.site
        refused: list[str] = []
        error: exc.CapacityExhausted | None = None
        for name in types:
            candidate = Candidate(name, site.zone)
            error = site.launcher.offerings.unavailable(candidate)
            if error is None:
                error = self._try(stopped, candidate, start)
            if error is None:
                return
            refused.append(name)
        assert error is not None
        raise exc.CapacityExhausted(
            f'{error.message} (no room in {site.zone} for any of: '
            f'{", ".join(refused)})', code=error.code,
            action=error.action, request_id=error.request_id)

    def _try(self, stopped: Server, candidate: Candidate,
                 start: bool) -> exc.CapacityExhausted | None:
        """Give it a type and see it run; the error where EC2 has no room."""
        site = self.site
        site.ec2.attributes.set_type(stopped.instance_id,
                                     candidate.instance_type)
        if not start:
            return None
        try:
            now = site.fleet.reader.fresh(stopped.instance_id)
            self.states.start(now or stopped)
            return None
        except exc.CapacityExhausted as error:
            found = error
        except exc.LaunchFailed as error:
            if 'Capacity' not in error.code:
                raise
            found = exc.CapacityExhausted(
                str(error), code=error.code.removeprefix('Server.'),
                action='StartInstances')
        site.launcher.offerings.remember(candidate, found)
        return found
