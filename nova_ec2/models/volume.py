# SPDX-License-Identifier: Apache-2.0
"""An EBS volume (DescribeVolumes)."""

import dataclasses
import datetime
from collections.abc import Mapping

TYPES = ('gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1', 'standard')
"""What EBS has (``VolumeType``)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Attachment:
    """Where a volume is attached.

    :param status: ``attaching``, ``attached``, ``detaching``, ``detached``,
        ``busy``
    :param since: when it was attached
    """

    instance_id: str
    device_name: str
    status: str
    since: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Volume:
    """One EBS volume.

    :param state: ``creating``, ``available``, ``in-use``, ``deleting``,
        ``deleted``, ``error``
    :param iops: 0 where the type has no such figure
    :param throughput: MiB/s, 0 where the type has no such figure
    :param created: when it was made
    """

    volume_id: str
    state: str
    size_gib: int
    zone: str
    volume_type: str = 'gp3'
    iops: int = 0
    throughput: int = 0
    encrypted: bool = False
    multi_attach: bool = False
    snapshot_id: str = ''
    attachments: tuple[Attachment, ...] = ()
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    created: datetime.datetime | None = None

    def on(self, instance_id: str) -> Attachment | None:
        """Its attachment to one instance, in whatever status."""
        return next((one for one in self.attachments
                     if one.instance_id == instance_id), None)
