# SPDX-License-Identifier: Apache-2.0
"""Run one of OpenStack's management commands to its end."""

import subprocess
from collections.abc import Sequence

from localcloud import errors, runner
from localcloud.cloud import Cloud


def run(cloud: Cloud, name: str, command: Sequence[str],
        environment: dict[str, str] | None = None) -> None:
    """Run ``command`` with its output in the log ``name``.

    :raises CloudError: it failed; with the end of its log
    """
    log = cloud.log(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open('ab') as stream:
        status = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, cwd=cloud.state('home'), umask=0o077,
            env=runner.environment(cloud, environment or {})).returncode
    if status:
        raise errors.CloudError(
            f'{name} failed with status {status}.\n' + runner.last_lines(log))
