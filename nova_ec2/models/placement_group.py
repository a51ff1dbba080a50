# SPDX-License-Identifier: Apache-2.0
"""Where instances of a group are put (DescribePlacementGroups)."""

import dataclasses
from collections.abc import Mapping

SPREAD_MOST = 7
"""Running instances that EC2 allows a spread group in a zone."""

PARTITIONS_MOST = 7
"""Partitions that EC2 allows a group in a zone."""


@dataclasses.dataclass(frozen=True, slots=True)
class PlacementGroup:
    """A placement group.

    :param strategy: ``cluster``, ``spread`` or ``partition``
    """

    name: str
    strategy: str
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class GroupWish:
    """The placement group that a server is to be launched into.

    :param soft: better there than not, but rather elsewhere than nowhere
    :param uuid: of the Nova server group behind it
    :param policy: of that
    """

    name: str
    strategy: str
    soft: bool
    uuid: str
    policy: str
