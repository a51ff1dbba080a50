# SPDX-License-Identifier: Apache-2.0
"""The fault script: what goes wrong, in which call."""

import dataclasses
import fnmatch
import itertools
import threading
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator.request import Call

EFFECTS = {
    'error': 'answer with error code, message and status, do nothing',
    'html': 'answer with an HTML page and status, do nothing',
    'garbage': 'do it, then answer with a body that is no XML',
    'delay': 'hold the answer back for seconds, then go on',
    'reset_before': 'do nothing and reset the connection',
    'reset_after': 'do it, then reset the connection',
    'truncate': 'do it, then send half of the answer and close',
    'omit': 'leave the instances named in ids, or the last count ones, out '
            'of a listing',
    'doom': 'RunInstances, StartInstances: the instances end in terminated '
            '(stopped) instead of running, with code and message as the '
            'reason; CreateImage: the AMI ends in failed; '
            'CreateReplaceRootVolumeTask: the task does, or with the code '
            'detached in failed-detached'}


@dataclasses.dataclass(slots=True)
class Rule:
    """One fault.

    :param effect: a key of :data:`EFFECTS`
    :param action: which action, with wildcards
    :param match: parameters that the call must have, name to value, both
        with wildcards; ``AvailabilityZone`` is known for RunInstances
        however the zone is given
    :param nth: the first matching call that is hit, from 1
    :param times: how many calls are hit from there, 0 for all
    :param count: for ``omit`` without ids
    :param seconds: for ``delay``
    """

    effect: str
    action: str = '*'
    match: dict[str, str] = dataclasses.field(default_factory=dict)
    nth: int = 1
    times: int = 1
    code: str = 'InternalError'
    message: str = 'An internal error has occurred.'
    status: int = 500
    seconds: float = 0.0
    ids: tuple[str, ...] = ()
    count: int = 0
    number: int = 0
    seen: int = 0

    def hits(self, call: Call, zone: Callable[[], str]) -> bool:
        """Whether this call is one to spoil; counts those that match."""
        if not fnmatch.fnmatchcase(call.action, self.action):
            return False
        for name, value in self.match.items():
            if not _has(call, name, value, zone):
                return False
        self.seen += 1
        last = self.nth + self.times - 1 if self.times else self.seen
        return self.nth <= self.seen <= last


class Script:
    """The rules in force, in the order in which they were added."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def add(self, **rule: Any) -> int:
        """Add a rule and return its number; ValueError if it is wrong."""
        if rule.get('effect') not in EFFECTS:
            raise ValueError(f'no such effect: {rule.get("effect")}; there '
                             f'are {", ".join(EFFECTS)}')
        rule['ids'] = tuple(rule.get('ids', ()))
        try:
            made = Rule(**rule)
        except TypeError as error:
            raise ValueError(str(error)) from error
        with self._lock:
            made.number, made.seen = next(self._numbers), 0
            self._rules.append(made)
            return made.number

    def remove(self, number: int = 0) -> None:
        """Take a rule out, or all where no number is given."""
        with self._lock:
            self._rules = [rule for rule in self._rules
                           if number not in (0, rule.number)]

    def take(self, call: Call, zone: Callable[[], str]) -> list[Rule]:
        """The rules that hit a call."""
        with self._lock:
            return [rule for rule in self._rules if rule.hits(call, zone)]

    def rules(self) -> list[dict[str, Any]]:
        """All rules, with how many calls each has seen."""
        with self._lock:
            return [dataclasses.asdict(rule) for rule in self._rules]


def _has(call: Call, name: str, value: str, zone: Callable[[], str]) -> bool:
    if name == 'AvailabilityZone' and call.action == 'RunInstances':
        return fnmatch.fnmatchcase(zone(), value)
    return any(fnmatch.fnmatchcase(have, name)
               and fnmatch.fnmatchcase(found, value)
               for have, found in call.params.items())
