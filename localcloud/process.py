# SPDX-License-Identifier: Apache-2.0
"""Starting processes that outlive us, and ending exactly those."""

import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from localcloud import procfs

MARK = 'LOCALCLOUD_HOME'
"""Variable in the environment of all that a cloud starts, and nothing else.

Children inherit it, so that leftovers are found even after the file that
lists the processes was lost.
"""

GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""


@dataclasses.dataclass(frozen=True)
class Process:
    """A running process; the start time tells it from a later namesake."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return procfs.start_time(self.pid) == self.started


def start(command: Sequence[str], *, log: Path, cwd: Path,
          environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, output appended to a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open('ab') as stream:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, cwd=cwd, env=dict(environment),
            start_new_session=True, umask=0o077)


def identify(pid: int) -> Process | None:
    """The process that has ``pid`` now, if any."""
    started = procfs.start_time(pid)
    return None if started is None else Process(pid, started)


def marked(home: Path) -> list[Process]:
    """Everything that the cloud at ``home`` started and that still runs."""
    found = (identify(pid) for pid in procfs.pids_with(MARK, str(home)))
    return [process for process in found if process]


def telling(home: Path, passwords: Iterable[str]) -> list[int]:
    """Processes of the cloud whose command line shows a password."""
    secrets = [password.encode() for password in passwords]
    return [process.pid for process in marked(home)
            if any(secret in procfs.command_line(process.pid)
                   for secret in secrets)]


def end(processes: Iterable[Process]) -> None:
    """SIGTERM, and SIGKILL for those that do not go within GRACE."""
    waiting = [process for process in processes if process.alive()]
    _signal(waiting, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while waiting and time.monotonic() < deadline:
        time.sleep(0.05)
        waiting = [process for process in waiting if process.alive()]
    _signal(waiting, signal.SIGKILL)


def _signal(processes: Iterable[Process], number: signal.Signals) -> None:
    for process in processes:
        if process.alive():
            try:
                os.kill(process.pid, number)
            except ProcessLookupError:
                continue
