# SPDX-License-Identifier: Apache-2.0
"""An EBS snapshot (DescribeSnapshots)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot.

    :param state: ``pending``, ``completed`` or ``error``
    :param reason: why it failed, '' where it did not
    """

    snapshot_id: str
    state: str
    reason: str = ''
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
