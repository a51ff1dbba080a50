# SPDX-License-Identifier: Apache-2.0
"""What /proc knows about processes and their listening sockets."""

import ipaddress
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path('/proc')
LISTEN = '0A'
_START_TIME = 19
"""Index of starttime in /proc/PID/stat behind the name's closing bracket."""
_STATE = 0


def start_time(pid: int) -> int | None:
    """Clock ticks from boot to the process's start; None once it is gone.

    A zombie is gone: nothing of it can act any more.
    """
    try:
        text = (PROC / str(pid) / 'stat').read_text()
    except OSError:
        return None
    # The name may hold spaces and brackets; nothing behind it does.
    fields = text.rpartition(')')[2].split()
    return None if fields[_STATE] in 'ZX' else int(fields[_START_TIME])


def pids() -> Iterator[int]:
    """All processes."""
    return (int(entry) for entry in os.listdir(PROC) if entry.isdigit())


def pids_with(variable: str, value: str) -> list[int]:
    """Processes that were started with a variable set to exactly a value."""
    wanted = f'{variable}={value}'.encode()
    found = []
    for pid in pids():
        try:
            content = (PROC / str(pid) / 'environ').read_bytes()
        except OSError:
            continue
        if wanted in content.split(b'\0'):
            found.append(pid)
    return found


def command_line(pid: int) -> bytes:
    """What everybody on this machine sees of a process; empty if gone."""
    try:
        return (PROC / str(pid) / 'cmdline').read_bytes()
    except OSError:
        return b''


def listening(of: Iterable[int]) -> list[tuple[int, str, int]]:
    """(pid, address, port) of each TCP socket on which a process listens."""
    sockets = dict(_listening_sockets())
    return sorted({(pid, *sockets[inode]) for pid in of
                   for inode in _sockets_of(pid) if inode in sockets})


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, 'ipv4_mapped', None)
    return (mapped or parsed).is_loopback


def _listening_sockets() -> Iterator[tuple[str, tuple[str, int]]]:
    for table in ('tcp', 'tcp6'):
        try:
            lines = (PROC / 'net' / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTEN:
                local, port = fields[1].split(':')
                yield fields[9], (address(local), int(port, 16))


def address(text: str) -> str:
    """An address of /proc/net/tcp or tcp6.

    The kernel prints addresses as 32-bit words in the machine's order.
    """
    words = bytes.fromhex(text)
    if sys.byteorder == 'little':
        words = b''.join(words[i:i + 4][::-1]
                         for i in range(0, len(words), 4))
    return str(ipaddress.ip_address(words))


def _sockets_of(pid: int) -> Iterator[str]:
    directory = PROC / str(pid) / 'fd'
    try:
        names = os.listdir(directory)
    except OSError:
        return
    for name in names:
        try:
            target = os.readlink(directory / name)
        except OSError:
            continue
        if target.startswith('socket:['):
            yield target[8:-1]
