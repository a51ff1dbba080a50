# SPDX-License-Identifier: Apache-2.0
"""How much of the private hosts is taken."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """vCPUs and memory of some hosts, and what is taken of them.

    :param vcpus: as many as Placement gives away, with the allocation ratio
        and without what is reserved; dedicated ones count, too
    :param memory_mb: likewise, in MiB
    """

    vcpus: int = 0
    vcpus_used: int = 0
    memory_mb: int = 0
    memory_mb_used: int = 0

    def __add__(self, other: 'Room') -> 'Room':
        return Room(self.vcpus + other.vcpus,
                    self.vcpus_used + other.vcpus_used,
                    self.memory_mb + other.memory_mb,
                    self.memory_mb_used + other.memory_mb_used)

    @property
    def utilisation(self) -> float:
        """Per cent taken, of vCPUs or of memory, whichever is more.

        100 where there is nothing at all: a cloud without hosts is full.
        """
        return max(_percent(self.vcpus_used, self.vcpus),
                   _percent(self.memory_mb_used, self.memory_mb))

    def reaches(self, percent: int) -> bool:
        """Whether so many per cent are taken; exact."""
        return (self.vcpus_used * 100 >= percent * self.vcpus
                or self.memory_mb_used * 100 >= percent * self.memory_mb)

    def __str__(self) -> str:
        return (f'{self.utilisation:.1f}% ({self.vcpus_used} of {self.vcpus} '
                f'vCPUs, {self.memory_mb_used} of {self.memory_mb} MiB)')


def _percent(used: int, total: int) -> float:
    return 100.0 * used / total if total else 100.0
