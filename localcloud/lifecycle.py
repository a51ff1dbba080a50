# SPDX-License-Identifier: Apache-2.0
"""Starting, looking at and ending the whole local cloud."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from localcloud import (
    cloud,
    database,
    errors,
    openrc,
    ports,
    process,
    progress,
    runner,
    secretfile,
    state,
    static,
)
from localcloud.nodes import nodes


def up() -> cloud.Cloud:
    """Start everything, after cleaning up what an earlier run left.

    :returns: the running cloud
    :raises CloudError: it could not be started; nothing is left running
    """
    here = cloud.load()
    with _alone(here):
        _clean(here)
        ports.check_free(here)
        secretfile.save(here.home / 'secrets.json',
                        secretfile.make(cloud.PASSWORDS))
        here = cloud.load()
        try:
            _start(here)
        except BaseException:
            progress.say('stopping what was started')
            process.end(_ours(here))
            raise
    return here


def running() -> cloud.Cloud | None:
    """The cloud that an earlier command left running, if it is whole."""
    here = cloud.load()
    services = state.Table(here.home)
    return here if services.all() and not services.dead() else None


def down() -> None:
    """End everything that this checkout's cloud started."""
    here = cloud.load()
    with _alone(here):
        ours = _ours(here)
        progress.say(f'stopping {len(ours)} processes ...')
        process.end(ours)
        # The logs stay to be read; passwords and data do not.
        for leftover in ('etc', 'state', 'plugins', 'demo.key',
                         'secrets.json', 'state.json', openrc.NAME,
                         openrc.ADMIN_NAME):
            _remove(here.home / leftover)


def status() -> int:
    """Print each service's state; the exit status is 0 if all is well."""
    here = cloud.load()
    table = state.Table(here.home).all()
    if not table:
        print('the local cloud is down')
        return 3
    for name, child in table.items():
        word = 'running' if child.alive() else 'DEAD'
        print(f'{name:24} {word:8} pid {child.pid}')
    print(f'logs: {here.logs}')
    print(f'Horizon: {here.url("horizon")}/')
    exposed = ports.exposed(here)
    for pid, address, port in exposed:
        print(f'EXPOSED: pid {pid} listens on {address} port {port}')
    if not exposed:
        print('all sockets are on loopback')
    return int(bool(exposed or any(not child.alive()
                                   for child in table.values())))


def _start(here: cloud.Cloud) -> None:
    data = database.prepare(here)
    collected = static.prepare(here)
    runner.Runner(here).run(nodes(here, data, collected))
    openrc.write(here)
    dead = state.Table(here.home).dead()
    if dead:
        raise errors.ServiceDiedError('\n'.join(
            f'{name} ended after it had started.\n'
            + runner.last_lines(here.log(name)) for name in dead))
    exposed = ports.exposed(here)
    if exposed:
        raise errors.CloudError(f'sockets open to others: {exposed}')
    told = process.telling(here.home, here.passwords.values())
    if told:
        raise errors.CloudError(
            f'the command lines of {told} show a password to everybody')


def _clean(here: cloud.Cloud) -> None:
    leftovers = _ours(here)
    if leftovers:
        progress.say(f'ending {len(leftovers)} processes of an earlier run')
        process.end(leftovers)
    _remove(here.home)
    here.home.mkdir(parents=True, mode=0o700)


def _ours(here: cloud.Cloud) -> set[process.Process]:
    """All that is ours: what carries our mark, and what was written down."""
    listed = state.Table(here.home).all().values()
    return {*process.marked(here.home),
            *(child for child in listed if child.alive())}


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(here: cloud.Cloud) -> Iterator[None]:
    """One command at a time."""
    here.home.parent.mkdir(parents=True, exist_ok=True)
    with (here.home.parent / 'cloud.lock').open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise errors.CloudError(
                'another command is starting or stopping this cloud'
            ) from None
        yield
