# SPDX-License-Identifier: Apache-2.0
"""Run one of OpenStack's management commands to its end."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localcloud import errors, runner
from localcloud.cloud import Cloud


def run(cloud: Cloud, name: str, command: Sequence[str],
        environment: dict[str, str] | None = None) -> None:
    """Run ``command`` with its output in the log ``name``.

    :raises CloudError: it failed; with the end of its log
    """
    log = _log(cloud, name)
    with log.open('ab') as stream:
        status = _run(cloud, command, stream, subprocess.STDOUT,
                      environment).returncode
    _check(name, status, log)


def output(cloud: Cloud, name: str, command: Sequence[str]) -> str:
    """Run ``command`` likewise, and return what it prints.

    :raises CloudError: it failed; with the end of its log
    """
    log = _log(cloud, name)
    with log.open('ab') as stream:
        done = _run(cloud, command, subprocess.PIPE, stream)
    _check(name, done.returncode, log)
    return str(done.stdout)


def _log(cloud: Cloud, name: str) -> Path:
    log = cloud.log(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


def _run(cloud: Cloud, command: Sequence[str], stdout: Any, stderr: Any,
         environment: dict[str, str] | None = None) -> Any:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
        text=True, cwd=cloud.state('home'), umask=0o077,
        env=runner.environment(cloud, environment or {}))


def _check(name: str, status: int, log: Path) -> None:
    if status:
        raise errors.CloudError(
            f'{name} failed with status {status}.\n' + runner.last_lines(log))
