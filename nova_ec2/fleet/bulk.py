# SPDX-License-Identifier: Apache-2.0
"""Start, stop and terminate: gathered, with each caller's own answer.

One id that EC2 refuses fails the whole call there; here it fails alone.
"""

import functools
from collections.abc import Callable, Sequence

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.instances import Instances
from nova_ec2.aws.gathering import BRIEF, Gatherer, Window

# Ids a call: EC2's limit for TerminateInstances.
_MOST = 1000

# Errors that speak of some of the ids only: each is asked for by itself.
_OF_SOME = (exc.IncorrectState, exc.InvalidRequest, exc.NotAuthorized,
            exc.CapacityExhausted, exc.QuotaExceeded)

Answer = None | Exception


class Bulk:
    """The verbs that EC2 takes in bulk.

    :param window: how long a call waits for company
    :param most: ids a call
    """

    def __init__(self, api: Instances, window: Window = BRIEF,
                 most: int = _MOST) -> None:
        self._api = api
        self._window = window
        self._terminate: Gatherer[str, None] = Gatherer(
            self._terminate_all, most)
        self._start: Gatherer[str, None] = Gatherer(
            functools.partial(_each, api.start), most)
        self._stop: Gatherer[str, None] = Gatherer(
            functools.partial(_each, api.stop), most)
        self._force: Gatherer[str, None] = Gatherer(
            functools.partial(
                _each, functools.partial(api.stop, force=True)), most)

    def terminate(self, instance_id: str) -> None:
        """Terminate one instance.

        :raises NotFound: EC2 does not know it
        :raises IncorrectState: it is protected against termination
        """
        self._terminate.submit(instance_id, window=self._window)

    def start(self, instance_id: str) -> None:
        """Start one instance; one that runs is left alone."""
        self._start.submit(instance_id, window=self._window)

    def stop(self, instance_id: str, *, force: bool = False) -> None:
        """Stop one instance; ``force`` does not wait for the guest."""
        (self._force if force else self._stop).submit(
            instance_id, window=self._window)

    def _terminate_all(self, ids: Sequence[str]) -> list[Answer]:
        return _each(self._api.terminate, ids, settled=self._is_ending)

    def _is_ending(self, ids: Sequence[str]) -> set[str]:
        """Which of the ids are on their way out, read anew.

        A protected instance makes EC2 refuse the call, and yet it ends those
        in other zones.
        """
        return {server.instance_id
                for server in self._api.describe(ids).values()
                if server.state.is_gone}


def _each(call: Callable[[Sequence[str]], None], ids: Sequence[str],
          settled: Callable[[Sequence[str]], set[str]] | None = None
          ) -> list[Answer]:
    """Make one call for all ids and answer for each.

    :param settled: tells which ids a refused call served all the same
    """
    answers: dict[str, Answer] = {}
    left = list(dict.fromkeys(ids))
    while left:
        try:
            call(left)
            break
        except exc.NotFound as error:
            unknown = [one for one in left if one in error.message]
            if not unknown:
                answers.update(_singly(call, left))
                break
            answers.update(dict.fromkeys(unknown, error))
            left = [one for one in left if one not in answers]
        except _OF_SOME as error:
            if len(left) == 1:
                answers[left[0]] = error
                break
            served = settled(left) if settled else set()
            answers.update(_singly(
                call, [one for one in left if one not in served]))
            break
    return [answers.get(one) for one in ids]


def _singly(call: Callable[[Sequence[str]], None], ids: Sequence[str]
            ) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for one in ids:
        try:
            call([one])
        except exc.NovaEC2Error as error:
            answers[one] = error
    return answers
