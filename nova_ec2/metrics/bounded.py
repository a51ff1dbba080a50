# SPDX-License-Identifier: Apache-2.0
"""Labels whose values users can multiply are kept to a number."""

import collections
from collections.abc import Hashable, Iterable
from typing import TypeVar

Labels = tuple[str, ...]
K = TypeVar('K', bound=Hashable)

OTHERS = 'others'
"""What stands for whatever found no place."""

MOST = 2000
"""Series of one figure that a nova-compute shows."""


def counted(found: Iterable[Labels], keep: frozenset[int],
            most: int = MOST) -> dict[Labels, int]:
    """Count equal labels, at most so many different ones.

    The most frequent stay; of the others the labels at ``keep`` stay and the
    rest become :data:`OTHERS`, so that every sum stays right.

    :param keep: places in the labels that have few values
    """
    counts = collections.Counter(found)
    if len(counts) <= most:
        return dict(counts)
    order = sorted(counts, key=lambda labels: (-counts[labels], labels))
    kept = {labels: counts[labels] for labels in order[:most]}
    for labels in order[most:]:
        joined = tuple(value if place in keep else OTHERS
                       for place, value in enumerate(labels))
        kept[joined] = kept.get(joined, 0) + counts[labels]
    return kept
