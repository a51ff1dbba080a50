# SPDX-License-Identifier: Apache-2.0
"""One figure of a price table, and what kinds of them there are."""

import dataclasses
from decimal import Decimal

HOUR = 'usd/hour'
GIB_MONTH = 'usd/gib-month'
IOPS_MONTH = 'usd/iops-month'
MIBPS_MONTH = 'usd/mibps-month'
SHARE = 'share'
"""Of the on-demand price of the same type in the same region."""

ON_DEMAND = 'on-demand'
COMMITTED = 'committed'
SPOT = 'spot'
VOLUME = 'volume'
VOLUME_IOPS = 'volume-iops'
VOLUME_THROUGHPUT = 'volume-throughput'
SNAPSHOT = 'snapshot'
ADDRESS = 'address'

KINDS = {
    # kind: the units that its figures may have
    ON_DEMAND: (HOUR,),
    # Under reserved instances or a savings plan.
    COMMITTED: (HOUR, SHARE),
    SPOT: (HOUR, SHARE),
    VOLUME: (GIB_MONTH,),
    VOLUME_IOPS: (IOPS_MONTH,),
    VOLUME_THROUGHPUT: (MIBPS_MONTH,),
    SNAPSHOT: (GIB_MONTH,),
    ADDRESS: (HOUR,),
}

ALL = '*'
"""As a region or an item: every one that has no figure of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One price, or one tier of a price.

    :param kind: of :data:`KINDS`
    :param region: of AWS; ``*`` for all, where the unit is a share
    :param item: instance type, ``m5.*`` or ``*`` where the unit is a share;
        volume type; of snapshots and addresses ``standard`` and ``public``
    :param unit: of those of its kind
    :param amount: USD a unit, or the share from 0 to 1
    :param above: the tier begins above so many units
    :param source: who says so
    :param date: of the source, ``YYYY-MM-DD``
    """

    kind: str
    region: str
    item: str
    unit: str
    amount: Decimal
    above: Decimal = Decimal(0)
    source: str = ''
    date: str = ''
