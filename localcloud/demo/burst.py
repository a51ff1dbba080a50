# SPDX-License-Identifier: Apache-2.0
"""A project with a threshold, an account of its own and a budget."""

import contextlib
from collections.abc import Iterator
from typing import Any

from localcloud import clients, ec2, errors, progress, research
from localcloud.cloud import Cloud
from localcloud.demo.servers import Servers
from localcloud.names import PRIVATE_HOST
from nova_ec2.emulator.client import Control

LITTLE = 0.0001
"""USD a month; a minute of the smallest server costs more."""

_TAG = 'nova-ec2:server'


class Burst:
    """What the project research does."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._servers = Servers(cloud, research.USER, research.PROJECT)
        self._truth = Control(cloud.url('emulator'))
        self._made: list[Any] = []

    def cross_the_threshold(self) -> Iterator[str]:
        """The first server stays at home; after it the threshold is passed.

        :returns: what is otherwise, a sentence each
        """
        for name, host in (('research-1', PRIVATE_HOST),
                           ('research-2', ec2.HOST)):
            with progress.step(f'booting {name}: the policy of its project '
                               f'is above:{research.THRESHOLD}%'):
                server = self._servers.boot(name)
            self._made.append(server)
            progress.say(f'{name} is {server.status} on '
                         f'{server.compute_host}')
            if server.compute_host != host:
                yield f'{name} is on {server.compute_host}, not on {host}'
        accounts = [one['account_id'] for one in self._truth.instances()
                    if one['tags'].get(_TAG) == self._made[-1].id]
        progress.say(f'research-2 runs in account {", ".join(accounts)}')
        if accounts != [research.ACCOUNT_ID]:
            yield (f'research-2 runs in {accounts}, not in '
                   f'{research.ACCOUNT_ID}')

    def be_refused_by_budget(self) -> Iterator[str]:
        """The operator lowers the budget; the next server is refused.

        :returns: what is otherwise, a sentence each
        """
        research.limit_research(self._cloud, LITTLE)
        with progress.step(f'booting research-3, with a budget of {LITTLE} '
                           f'USD a month'):
            fault = self._fault('research-3')
        progress.say(f'research-3 is refused: {fault}')
        if 'budget' not in fault:
            yield f'research-3 was not refused by its budget: {fault!r}'
        research.limit_research(self._cloud, research.PLENTY)

    def delete(self) -> None:
        """Delete what the project has."""
        with progress.step('deleting the servers of research'):
            self._servers.delete(self._mine())

    def _fault(self, name: str) -> str:
        """Why a server could not be built, '' where it was."""
        with contextlib.suppress(errors.CloudError):
            self._servers.boot(name)
            return ''
        failed = [one for one in self._mine() if one.name == name]
        return ' '.join((one.fault or {}).get('message', '')
                        for one in failed)

    def _mine(self) -> list[Any]:
        project = clients.connection(
            self._cloud, research.USER).compute.get_project_id()
        return [one for one in self._servers.all()
                if one.project_id == project]
