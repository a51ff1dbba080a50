# SPDX-License-Identifier: Apache-2.0
"""Roles that may be assumed, and by whom.

IAM keeps them; here the control API says which there are. "Access to AWS
accounts owned by third parties" and "AWS STS AssumeRole", AWS Identity and
Access Management User Guide and API Reference.
"""

import dataclasses
import re
import threading
from collections.abc import Sequence
from typing import Any

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.request import Call

_ARN = re.compile(r'arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}')
_SESSION = re.compile(r'[\w+=,.@-]{2,64}', re.ASCII)
_EXTERNAL = re.compile(r'[\w+=,.@:/-]{2,1224}', re.ASCII)
_SECONDS = (900, 43200)


@dataclasses.dataclass(frozen=True, slots=True)
class Role:
    """A role and its trust policy.

    :param trusted: accounts whose users may assume it
    :param external_id: what they must say, '' for nothing
    :param session_seconds: its MaxSessionDuration
    """

    arn: str
    trusted: tuple[str, ...]
    external_id: str = ''
    session_seconds: int = 3600


class Roles:
    """All roles of all accounts."""

    def __init__(self) -> None:
        self._roles: dict[str, Role] = {}
        self._lock = threading.Lock()

    def add(self, arn: str, trusted: Sequence[str], external_id: str = '',
            session_seconds: int = 3600) -> None:
        """Make a role, or write it anew; ValueError if it is wrong."""
        if not _ARN.fullmatch(arn):
            raise ValueError(f'no ARN of a role: {arn}')
        with self._lock:
            self._roles[arn] = Role(arn, tuple(trusted), external_id,
                                    session_seconds)

    def remove(self, arn: str) -> None:
        """Delete a role; sessions that were begun go on."""
        with self._lock:
            self._roles.pop(arn, None)

    def all(self) -> list[dict[str, Any]]:
        """Every role."""
        with self._lock:
            return [dataclasses.asdict(role) for role in
                    self._roles.values()]

    def check(self, call: Call, arn: str, session: str,
              external_id: str | None, seconds: int) -> None:
        """Refuse an AssumeRole that STS would refuse."""
        _check_text('roleSessionName', session, _SESSION)
        if external_id is not None:
            _check_text('externalId', external_id, _EXTERNAL)
        if not _SECONDS[0] <= seconds <= _SECONDS[1]:
            raise Refusal('ValidationError', f'1 validation error detected: '
                          f"Value '{seconds}' at 'durationSeconds' failed to "
                          f'satisfy constraint')
        with self._lock:
            role = self._roles.get(arn)
        # STS does not tell why: it would tell which roles there are.
        if (role is None or call.account_id not in role.trusted
                or (role.external_id and external_id != role.external_id)):
            raise Refusal(
                'AccessDenied', f'User: arn:aws:iam::{call.account_id}:user/'
                f'{call.access_key_id[:4]} is not authorized to perform: '
                f'sts:AssumeRole on resource: {arn}', 403)
        if seconds > role.session_seconds:
            raise Refusal('ValidationError', 'The requested DurationSeconds '
                          'exceeds the MaxSessionDuration set for this role.')


def _check_text(name: str, value: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(value):
        raise Refusal('ValidationError', f"1 validation error detected: "
                      f"Value '{value}' at '{name}' failed to satisfy "
                      f'constraint: Member must satisfy regular expression '
                      f'pattern: {pattern.pattern}')
