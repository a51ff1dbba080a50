# SPDX-License-Identifier: Apache-2.0
"""A local cloud of the benchmarks' own, beside the one of ``make cloud-up``.

No Heat and no Horizon, one nova.conf for all hosts, and no host yet.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

from localcloud import (
    clients,
    cloud,
    database,
    errors,
    ports,
    process,
    runner,
    secretfile,
)
from localcloud.cloud import Cloud
from localcloud.config import ini
from localcloud.service import Step
from localcloud.services import (
    emulator,
    epmd,
    glance,
    keystone,
    mariadb,
    neutron,
    nova_api,
    nova_conductor,
    nova_scheduler,
    placement,
    rabbitmq,
)
from localcloud.steps import (
    accounts,
    burst_rules,
    ec2_subnet,
    flavors,
    images,
    keypair,
    keystone_bootstrap,
)
from tests.benchmarks.progress import say

_PORTS_BESIDE = 40
"""Added to the first port of the other cloud, so that both may run."""

_EVERYBODYS = {
    'DEFAULT': {'max_concurrent_builds': 100,
                'max_concurrent_snapshots': 100},
    'quota': {'instances': -1, 'cores': -1, 'ram': -1},
    # No private host is here to be filled first.
    'filter_scheduler': {
        'weight_classes': 'nova.scheduler.weights.all_weighers'},
}


class _API(nova_api.NovaAPI):
    def environment(self) -> dict[str, str]:
        name, files = next(iter(super().environment().items()))
        return {name: f'{files};{everybodys(self.cloud)}'}


class _Conductor(nova_conductor.NovaConductor):
    def arguments(self, conf: Path) -> list[str]:
        return [*super().arguments(conf), '--config-file',
                str(everybodys(self.cloud))]


class _Scheduler(nova_scheduler.NovaScheduler):
    def arguments(self, conf: Path) -> list[str]:
        return [*super().arguments(conf), '--config-file',
                str(everybodys(self.cloud))]


_NODES: tuple[type[Step], ...] = (
    epmd.Epmd, rabbitmq.RabbitMQ, emulator.Emulator, keystone.Keystone,
    placement.Placement, glance.Glance, neutron.Neutron, _API, _Conductor,
    _Scheduler, keystone_bootstrap.KeystoneBootstrap, accounts.Accounts,
    burst_rules.BurstRules, ec2_subnet.EC2Subnet, flavors.Flavors,
    images.Images, keypair.KeyPair)


def everybodys(here: Cloud) -> Path:
    """Write what all of Nova's services get beside the local cloud's own."""
    return ini.write(here.etc / 'nova-bench.conf', _EVERYBODYS)


@contextlib.contextmanager
def running() -> Iterator[Cloud]:
    """Start the cloud, and end it whatever happens."""
    here = _described()
    _end(here)
    shutil.rmtree(here.home, ignore_errors=True)
    here.home.mkdir(parents=True, mode=0o700)
    ports.check_free(here)
    say('starting a local cloud for the benchmarks ...')
    try:
        data = database.prepare(here)
        clients.forget()
        runner.Runner(here).run([mariadb.MariaDB(here, data), *(
            node(here) for node in _NODES)])
        exposed = ports.exposed(here)
        if exposed:
            raise errors.CloudError(f'sockets open to others: {exposed}')
        yield here
    finally:
        say('ending the local cloud of the benchmarks ...')
        _end(here)
        # The logs stay to be read.
        for leftover in ('etc', 'state', 'plugins'):
            shutil.rmtree(here.home / leftover, ignore_errors=True)
        (here.home / 'demo.key').unlink(missing_ok=True)
        (here.home / 'state.json').unlink(missing_ok=True)


def _described() -> Cloud:
    other = cloud.load()
    return dataclasses.replace(
        other, home=other.home.parent / 'bench' / 'cloud',
        port_base=other.port_base + _PORTS_BESIDE,
        passwords=secretfile.make(cloud.PASSWORDS))


def _end(here: Cloud) -> None:
    process.end(process.marked(here.home))
