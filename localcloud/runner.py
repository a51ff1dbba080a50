# SPDX-License-Identifier: Apache-2.0
"""Run steps and start services, each as soon as what it needs is ready."""

import concurrent.futures
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from localcloud import errors, process, progress, state
from localcloud.cloud import ROOT, Cloud
from localcloud.service import Service, Step

POLL = 0.2
LAST_LINES = 15
# Users of Debian have no sbin in theirs.
PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'


class Runner:
    """Brings nodes up in parallel, and stops at the first failure."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._table = state.Table(cloud.home)
        self._failed = threading.Event()
        self._ready: dict[str, threading.Event] = {}

    def run(self, nodes: Sequence[Step]) -> None:
        """Run all nodes to readiness.

        :raises CloudError: the first failure; later ones follow from it
        """
        self._ready = {node.name: threading.Event() for node in nodes}
        with concurrent.futures.ThreadPoolExecutor(len(nodes)) as pool:
            futures = [pool.submit(self._bring_up, node) for node in nodes]
            try:
                errors_seen = [
                    future.exception() for future
                    in concurrent.futures.as_completed(futures)]
            except BaseException:
                # Interrupted: the others must not be waited for.
                self._failed.set()
                raise
        for error in errors_seen:
            if error and not isinstance(error, _AbandonedError):
                raise error

    def start(self, service: Service) -> None:
        """Start one service and wait until it is ready."""
        service.configure()
        child = process.start(
            service.command(), log=self._cloud.log(service.name),
            cwd=self._cloud.state(service.name),
            environment=environment(self._cloud, service.environment()))
        identity = process.identify(child.pid)
        if identity:
            self._table.add(service.name, identity)
        self._await(service, child)

    def _bring_up(self, node: Step) -> None:
        try:
            self._await_needs(node)
            if isinstance(node, Service):
                self.start(node)
                progress.say(f'{node.name} is ready')
            else:
                progress.say(f'{node.name} ...')
                node.run()
        except (errors.CloudError, _AbandonedError):
            self._failed.set()
            raise
        except Exception as error:
            self._failed.set()
            raise errors.CloudError(
                f'{node.name}: {type(error).__name__}: {error}') from error
        self._ready[node.name].set()

    def _await_needs(self, node: Step) -> None:
        for need in node.needs:
            while not self._ready[need].wait(POLL):
                self._give_up_if_failed()

    def _await(self, service: Service,
               child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + service.timeout
        while not service.ready():
            self._give_up_if_failed()
            if child.poll() is not None:
                raise errors.ServiceDiedError(
                    f'{service.name} ended with status {child.returncode} '
                    'while it started.\n' + self._last_lines(service.name))
            if time.monotonic() > deadline:
                raise errors.StartTimeoutError(
                    f'{service.name} was not ready after '
                    f'{service.timeout:.0f} s.\n'
                    + self._last_lines(service.name))
            time.sleep(POLL)

    def _give_up_if_failed(self) -> None:
        if self._failed.is_set():
            raise _AbandonedError

    def _last_lines(self, name: str) -> str:
        return last_lines(self._cloud.log(name))


class _AbandonedError(Exception):
    """Another node failed; there is no point in going on."""


def environment(cloud: Cloud, extra: dict[str, str]) -> dict[str, str]:
    """What a service finds in its environment: nothing of the user's own."""
    return {
        'PATH': PATH,
        'HOME': str(cloud.state('home')),
        'LANG': 'C.UTF-8',
        'PYTHONPATH': f'{ROOT}{os.pathsep}{cloud.home / "plugins"}',
        'PYTHONUNBUFFERED': '1',
        'PYTHONWARNINGS': 'ignore',
        # Else services that change their title overwrite our mark.
        'SPT_NOENV': '1',
        process.MARK: str(cloud.home),
        **extra,
    }


def last_lines(log: Path) -> str:
    """The end of a log, for an error message."""
    try:
        lines = log.read_text(errors='replace').splitlines()
    except FileNotFoundError:
        lines = []
    shown = '\n'.join(f'    {line}' for line in lines[-LAST_LINES:])
    return f'The last lines of {log}:\n{shown}'
