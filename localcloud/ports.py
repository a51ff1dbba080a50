# SPDX-License-Identifier: Apache-2.0
"""Are our ports free, and is nothing of ours open to others?"""

import socket

from localcloud import errors, procfs
from localcloud.cloud import HOST, PORT_NAMES, Cloud
from localcloud.process import marked


def check_free(cloud: Cloud) -> None:
    """Make sure that every port can be had.

    :raises PortTakenError: with all that are taken, and what to do
    """
    taken = [f'{cloud.port(name)} ({name})' for name in PORT_NAMES
             if not _free(cloud.port(name))]
    if taken:
        raise errors.PortTakenError(
            f'another program listens on {HOST} port {", ".join(taken)}. '
            'End it, or choose other ports with LOCALCLOUD_PORT_BASE=NUMBER.')


def exposed(cloud: Cloud) -> list[tuple[int, str, int]]:
    """(pid, address, port) of our sockets that others could reach."""
    ours = [process.pid for process in marked(cloud.home)]
    return [row for row in procfs.listening(ours)
            if not procfs.is_loopback(row[1])]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # Without it a connection of an earlier run in TIME_WAIT would count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
