# SPDX-License-Identifier: Apache-2.0
"""The log of calls, without user data and secrets."""

import collections
import dataclasses
import threading
from typing import Any

from nova_ec2.emulator.request import Answer, Call

_ELIDED = ('UserData', 'PublicKeyMaterial', 'SessionToken', 'Password',
           'Secret', 'Signature')
# The value of a parameter may be a secret.
_ELIDED_IN = {'ssm': ('Value',)}


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One call that was answered.

    :param number: counts all calls since the last reset, from 1
    :param seconds: when it came, on the emulator's clock
    :param took: seconds until it was answered
    :param status: HTTP status, 0 where the connection was cut
    :param code: EC2's error code or ''
    """

    number: int
    seconds: float
    took: float
    service: str
    action: str
    account_id: str
    region: str
    access_key_id: str
    params: dict[str, str]
    status: int
    code: str
    request_id: str
    wire: str = ''


class Log:
    """Calls in the order in which they were answered."""

    def __init__(self, limit: int) -> None:
        self._entries: collections.deque[Entry] = collections.deque(
            maxlen=limit)
        self._counts: collections.Counter[str] = collections.Counter()
        self._lock = threading.Lock()
        self._number = 0

    def add(self, call: Call, answer: Answer, came: float,
            took: float) -> None:
        """Remember a call that came at a time and took some seconds."""
        elided = _ELIDED + _ELIDED_IN.get(call.service, ())
        params = {name: _elide(name, value, elided)
                  for name, value in call.params.items()
                  if name not in ('Action', 'Version')}
        with self._lock:
            self._number += 1
            self._counts[call.action] += 1
            self._entries.append(Entry(
                self._number, came, took, call.service,
                call.action, call.account_id, call.region,
                call.access_key_id, params,
                0 if answer.wire == 'reset' else answer.status, answer.code,
                call.request_id, answer.wire))

    def since(self, number: int = 0, action: str = '') -> list[dict[str, Any]]:
        """Calls after ``number``, of one action where it is given."""
        with self._lock:
            entries = list(self._entries)
        return [dataclasses.asdict(entry) for entry in entries
                if entry.number > number and action in ('', entry.action)]

    def counts(self) -> dict[str, int]:
        """How often each action was called, over all time."""
        with self._lock:
            return dict(self._counts)

    def clear(self) -> None:
        """Forget the calls; numbers go on."""
        with self._lock:
            self._entries.clear()
            self._counts.clear()


def _elide(name: str, value: str, elided: tuple[str, ...]) -> str:
    if any(part in name for part in elided):
        return f'<{len(value)} characters>'
    return value
