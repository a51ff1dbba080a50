# SPDX-License-Identifier: Apache-2.0
"""What EC2 is going to do to an instance (DescribeInstanceStatus)."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """One scheduled event of one instance.

    :param code: ``instance-reboot``, ``system-reboot``,
        ``system-maintenance``, ``instance-retirement`` or ``instance-stop``
    :param description: EC2's words
    :param not_before: the earliest start
    :param not_after: the latest end
    """

    instance_id: str
    event_id: str
    code: str
    description: str
    not_before: datetime.datetime | None = None
    not_after: datetime.datetime | None = None
