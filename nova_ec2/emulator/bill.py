# SPDX-License-Identifier: Apache-2.0
"""What AWS would charge, from the lifetimes of the instances alone.

"Amazon EC2 instance state changes", Amazon EC2 User Guide: an instance is
billed while it is running, and while it is stopping to hibernate; not while
pending, stopping, stopped, shutting down or terminated. By the second, with
a minimum of 60 seconds for each start. The price is that of the type that it
ran as.
"""

import dataclasses
import datetime
import functools
from decimal import Decimal
from typing import Any

from nova_ec2.emulator import products

MIN_SECONDS = 60

# Of the on-demand price: what the emulator's spot market asks.
SPOT_SHARE = Decimal('0.5')


@dataclasses.dataclass(slots=True)
class Run:
    """One time that an instance ran, from its start to its end.

    :param ended: None while it runs
    """

    instance_id: str
    account_id: str
    region: str
    instance_type: str
    market: str
    tags: dict[str, str]
    began: datetime.datetime
    ended: datetime.datetime | None = None

    def seconds(self, now: datetime.datetime) -> Decimal:
        """What is charged for."""
        ran = (self.ended or now) - self.began
        return max(Decimal(MIN_SECONDS), Decimal(
            ran // datetime.timedelta(microseconds=1)) / 1_000_000)

    def usd(self, now: datetime.datetime) -> Decimal:
        """What it costs."""
        return _hourly(self.region, self.instance_type,
                       self.market) * self.seconds(now) / 3600


class Bill:
    """The runs of all instances, whether they still exist or not."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._open: dict[str, Run] = {}

    def entered(self, instance: Any, runs: bool,
                now: datetime.datetime) -> None:
        """An instance is in another state.

        :param instance: instance.StrictInstance
        :param runs: whether that is billed
        """
        run = self._open.get(instance.id)
        if runs and run is None:
            run = Run(
                instance.id, instance.owner_id, instance.region_name,
                instance.instance_type, instance.lifecycle or 'on-demand',
                {}, now)
            self._open[instance.id] = run
            self._runs.append(run)
        elif run is not None and not runs:
            run.tags = dict(instance.ec2_backend.tags_of(instance.id))
            run.ended = now
            del self._open[instance.id]

    def lines(self, now: datetime.datetime) -> list[dict[str, Any]]:
        """A line for each run; amounts as text, exact."""
        return [{
            'instance_id': run.instance_id, 'account_id': run.account_id,
            'region': run.region, 'instance_type': run.instance_type,
            'market': run.market, 'tags': run.tags,
            'began': run.began.isoformat(),
            'ended': run.ended.isoformat() if run.ended else None,
            'seconds': str(run.seconds(now)), 'usd': str(run.usd(now))}
            for run in self._runs]


@functools.cache
def _hourly(region: str, instance_type: str, market: str) -> Decimal:
    """USD an hour; what the Price List does not have costs nothing."""
    usd = next((one.usd for one in products.all_of('AmazonEC2')
                if one.attributes.get('instanceType') == instance_type
                and one.attributes['regionCode'] == region
                and one.attributes['operatingSystem'] == 'Linux'
                and one.attributes['tenancy'] == 'Shared'
                and one.attributes['capacitystatus'] == 'Used'), Decimal(0))
    return usd * SPOT_SHARE if market == 'spot' else usd
