# SPDX-License-Identifier: Apache-2.0
"""Which servers come home from EC2 when private hosts have room again.

The cheapest moves come first: what a move costs is the data that leaves EC2,
and a pause of the server, which one that is stopped does not notice. Only
what fits on one private host comes, and only as long as the private hosts
stay below a utilisation; else the next burst would send it back.
"""

import dataclasses
from collections.abc import Iterable, Sequence

from nova_ec2.policy.room import Room


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A server on EC2.

    :param disk_gb: of all its disks, which would have to be carried
    :param runs: whether somebody would notice a pause
    :param obstacle: why Nova cannot bring it home; '' where it can
    """

    server_id: str
    name: str
    project_id: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    runs: bool
    obstacle: str = ''

    @property
    def size(self) -> Room:
        """What it would take on a private host."""
        return Room(vcpus_used=self.vcpus, memory_mb_used=self.memory_mb)


@dataclasses.dataclass(frozen=True, slots=True)
class Host:
    """A private host.

    :param disk_gb: what is free; None where its disks are not its own
    """

    name: str
    room: Room
    disk_gb: int | None = None

    def with_server(self, server: Candidate) -> 'Host | None':
        """The host with a server more, None where there is no room."""
        room = self.room + server.size
        if (room.vcpus_used > room.vcpus
                or room.memory_mb_used > room.memory_mb):
            return None
        if self.disk_gb is None:
            return dataclasses.replace(self, room=room)
        free = self.disk_gb - server.disk_gb
        return (None if free < 0 else
                dataclasses.replace(self, room=room, disk_gb=free))


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """One server, and the private host that has room for it."""

    server: Candidate
    host: str


def plan(servers: Iterable[Candidate], hosts: Sequence[Host],
         until: int) -> list[Move]:
    """The servers to bring home, in the order to bring them.

    :param until: per cent of private utilisation that is not exceeded
    """
    left = {host.name: host for host in hosts}
    total = Room()
    for host in hosts:
        total += host.room
    moves = []
    for server in sorted(servers, key=_cost):
        after = total + server.size
        if _exceeds(after, until):
            continue
        found = next((fitting for host in sorted(left.values(), key=_free)
                      if (fitting := host.with_server(server))), None)
        if found is None:
            continue
        left[found.name], total = found, after
        moves.append(Move(server, found.name))
    return moves


def _cost(server: Candidate) -> tuple[int, bool, int, str]:
    """What is alike is told apart by size: large ones save more."""
    return (server.disk_gb, server.runs, -server.vcpus, server.server_id)


def _free(host: Host) -> tuple[int, str]:
    """The fullest first, so that room for large ones is kept."""
    return (host.room.memory_mb - host.room.memory_mb_used, host.name)


def _exceeds(room: Room, until: int) -> bool:
    return (room.vcpus_used * 100 > until * room.vcpus
            or room.memory_mb_used * 100 > until * room.memory_mb)
