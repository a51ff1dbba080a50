# SPDX-License-Identifier: Apache-2.0
"""A local cloud of a program's own, beside the one of ``make cloud-up``."""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence

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
from localcloud.service import Step
from localcloud.services import mariadb

_LEFTOVERS = ('etc', 'state', 'plugins', 'demo.key', 'state.json')


def described(name: str, beside: int,
              nova: Mapping[str, Mapping[str, object]],
              cinder: Mapping[str, Mapping[str, object]]) -> Cloud:
    """A cloud that lives in ``build/<name>/cloud``.

    :param beside: added to the first port of the usual cloud, so that both
        may run
    :param nova: options of all of Nova's services beside the usual
    :param cinder: likewise of Cinder's
    """
    usual = cloud.load()
    return dataclasses.replace(
        usual, home=usual.home.parent / name / 'cloud',
        port_base=usual.port_base + beside,
        passwords=secretfile.make(cloud.PASSWORDS), nova=nova,
        cinder=cinder)


@contextlib.contextmanager
def running(here: Cloud, nodes: Sequence[type[Step]],
            say: Callable[[str], None]) -> Iterator[Cloud]:
    """Start a cloud, and end it whatever happens.

    :param nodes: what to start beside the database
    :param say: told what happens
    :raises CloudError: it could not be started
    """
    process.end(process.marked(here.home))
    shutil.rmtree(here.home, ignore_errors=True)
    here.home.mkdir(parents=True, mode=0o700)
    ports.check_free(here)
    say('starting a local cloud ...')
    try:
        data = database.prepare(here)
        clients.forget()
        runner.Runner(here).run([mariadb.MariaDB(here, data),
                                 *(node(here) for node in nodes)])
        exposed = ports.exposed(here)
        if exposed:
            raise errors.CloudError(f'sockets open to others: {exposed}')
        yield here
    finally:
        say('ending the local cloud ...')
        process.end(process.marked(here.home))
        # The logs stay to be read; passwords and data do not.
        for leftover in _LEFTOVERS:
            path = here.home / leftover
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
