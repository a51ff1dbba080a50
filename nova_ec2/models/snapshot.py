# SPDX-License-Identifier: Apache-2.0
"""An EBS snapshot (DescribeSnapshots)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot.

    :param state: ``pending``, ``completed`` or ``error``
    :param reason: why it failed, '' where it did not
    :param volume_id: what it was made of, which may be gone
    :param size_gib: of that volume
    """

    snapshot_id: str
    state: str
    reason: str = ''
    volume_id: str = ''
    size_gib: int = 0
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
