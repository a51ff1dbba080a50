# SPDX-License-Identifier: Apache-2.0
"""A spot request as EC2 knows it (DescribeSpotInstanceRequests)."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Interruption:
    """EC2 is about to take an instance back.

    :param status: the request's status code
    :param since: when it was decided; the end comes two minutes later
    """

    request_id: str
    instance_id: str
    status: str
    message: str
    since: datetime.datetime | None = None
