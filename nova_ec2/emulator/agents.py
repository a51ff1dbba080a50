# SPDX-License-Identifier: Apache-2.0
"""Guests' SSM agents: which are online, and the commands that they ran.

Nobody runs a command here: it succeeds unless a script for its outcome was
given. What a Windows command reads of Parameter Store must be there.
"""

import dataclasses
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

_READS = re.compile(r"Get-SSMParameter(?:Value)?\s[^|;\n]*-Name\s+'([^']+)'")


@dataclasses.dataclass(slots=True)
class Outcome:
    """How the next matching command ends.

    :param contains: what a command must have in its parameters
    :param times: how many commands end so, 0 for all
    """

    status: str = 'Success'
    code: int = 0
    stdout: str = ''
    stderr: str = ''
    contains: str = ''
    times: int = 1


@dataclasses.dataclass(slots=True)
class Command:
    """A command that an agent got.

    :param began: on the emulator's clock
    :param ends: when its outcome is known
    :param secrets: types of the parameters that it read, by name
    """

    command_id: str
    instance_id: str
    document: str
    parameters: dict[str, list[str]]
    comment: str
    timeout: int
    began: float
    ends: float
    outcome: Outcome
    secrets: dict[str, str] = dataclasses.field(default_factory=dict)

    def status(self, now: float) -> str:
        """Pending, InProgress or how it ended."""
        if now >= self.ends:
            return self.outcome.status
        return 'Pending' if now <= self.began else 'InProgress'


class Agents:
    """All agents of an emulator, and the history of commands."""

    def __init__(self) -> None:
        self.online: set[str] = set()
        self.seen: set[str] = set()
        self.commands: dict[str, Command] = {}
        self._outcomes: list[Outcome] = []
        self._lock = threading.Lock()

    def switch(self, instance_id: str, online: bool) -> None:
        """An agent registers, or is no longer heard of."""
        with self._lock:
            self.seen.add(instance_id)
            (self.online.add if online
             else self.online.discard)(instance_id)

    def script(self, **outcome: Any) -> None:
        """Say how a command ends; ValueError where it is no outcome."""
        try:
            made = Outcome(**outcome)
        except TypeError as error:
            raise ValueError(str(error)) from error
        with self._lock:
            self._outcomes.append(made)

    def run(self, instance_id: str, document: str,
            parameters: dict[str, list[str]], *, comment: str, timeout: int,
            now: float, seconds: float,
            secret_type: Callable[[str], str]) -> Command:
        """Give a command to an agent.

        :param secret_type: the type of a parameter in Parameter Store, ''
            where there is none
        """
        text = '\n'.join(line for lines in parameters.values()
                         for line in lines)
        outcome = self._take(text)
        secrets = {name: secret_type(name) for name in _READS.findall(text)}
        if not all(secrets.values()):
            outcome = Outcome('Failed', 1, stderr='ParameterNotFound')
        made = Command(str(uuid.uuid4()), instance_id, document, parameters,
                       comment, timeout, now, now + seconds, outcome, secrets)
        with self._lock:
            self.commands[made.command_id] = made
        return made

    def _take(self, text: str) -> Outcome:
        with self._lock:
            for outcome in self._outcomes:
                if outcome.contains in text:
                    outcome.times -= 1
                    if outcome.times == 0:
                        self._outcomes.remove(outcome)
                    return outcome
        return Outcome()

    def history(self, now: float) -> list[dict[str, Any]]:
        """All commands in the order in which they came."""
        with self._lock:
            return [{**dataclasses.asdict(one), 'status': one.status(now)}
                    for one in self.commands.values()]
