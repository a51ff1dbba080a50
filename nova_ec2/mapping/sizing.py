# SPDX-License-Identifier: Apache-2.0
"""Which instance type comes nearest to what was asked for.

Only for messages: a refusal names a type that the operator can put into the
flavor instead.
"""

import difflib
import math
from collections.abc import Iterable, Sequence

from nova_ec2.models.instance_type import InstanceType


def fits(kind: InstanceType, vcpus: int, memory_mib: int) -> bool:
    """Whether ``kind`` has at least what was asked for."""
    return kind.vcpus >= vcpus and kind.memory_mib >= memory_mib


def nearest_by_size(vcpus: int, memory_mib: int,
                    types: Iterable[InstanceType]) -> InstanceType | None:
    """The type that lacks least, and of these the one that wastes least.

    :returns: None where ``types`` is empty
    """
    def distance(kind: InstanceType) -> tuple[float, float, str]:
        gaps = (_gap(vcpus, kind.vcpus), _gap(memory_mib, kind.memory_mib))
        lacks = sum(gap for gap in gaps if gap > 0)
        wastes = -sum(gap for gap in gaps if gap < 0)
        return lacks, wastes, kind.name

    return min(types, key=distance, default=None)


def nearest_by_name(name: str,
                    types: Sequence[InstanceType]) -> InstanceType | None:
    """The type whose name looks most like ``name``, None if none does."""
    by_name = {kind.name: kind for kind in types}
    close = difflib.get_close_matches(name, sorted(by_name), n=1)
    return by_name[close[0]] if close else None


def describe(kind: InstanceType) -> str:
    """Name and size for a message: ``m5.large (2 vCPUs, 8192 MiB)``."""
    return f'{kind.name} ({kind.vcpus} vCPUs, {kind.memory_mib} MiB)'


def _gap(asked: int, has: int) -> float:
    """How many doublings ``has`` is short of ``asked``; negative if over."""
    return math.log2(max(asked, 1) / max(has, 1))
