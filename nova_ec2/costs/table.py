# SPDX-License-Identifier: Apache-2.0
"""What EC2 costs, from a table.

The package ships one (``costs/data``), which an operator replaces with
``[ec2] price_file``; :mod:`nova_ec2.costs.prices` has the forms.
Months have 730 hours, as in AWS's own calculator.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from nova_ec2 import exceptions as exc
from nova_ec2.costs import figures as kinds
from nova_ec2.costs.figures import Figure
from nova_ec2.models.market import ON_DEMAND, SPOT

HOURS_A_MONTH = 730
REFERENCE_REGION = 'us-east-1'

REFUSE = 'refuse'
DEAREST = 'dearest'

# Rates of an hour are rounded to this: a tenth of a thousandth of a cent of
# an hour's price is beyond what AWS bills.
_EXACT = Decimal('1e-10')

# (kind of figure, what the volume type has without paying for it)
_METERED = {
    'gp3': {kinds.VOLUME_IOPS: 3000, kinds.VOLUME_THROUGHPUT: 125},
    'io1': {kinds.VOLUME_IOPS: 0},
    'io2': {kinds.VOLUME_IOPS: 0},
}


class PriceTable:
    """Prices by kind, region and item.

    :param figures: one of each kind, region, item and tier
    :param source: where they come from, for messages
    :param version: of the table, '' where its form has none
    :param unpriced: what is done where a figure is asked for that the table
        does not have: ``refuse`` it, or take the ``dearest`` of the table
    """

    def __init__(self, figures: Iterable[Figure], source: str,
                 version: str = '', unpriced: str = REFUSE) -> None:
        self.source = source
        self.version = version
        self._unpriced = unpriced
        self._by_item: dict[tuple[str, str], dict[str, list[Figure]]] = {}
        for figure in figures:
            self._by_item.setdefault(
                (figure.kind, figure.region), {}).setdefault(
                    figure.item, []).append(figure)
        for of_region in self._by_item.values():
            for tiers in of_region.values():
                tiers.sort(key=lambda tier: tier.above)

    def figures(self) -> list[Figure]:
        """Every figure, by kind, region, item and tier."""
        order = list(kinds.KINDS)
        return sorted((tier for items in self._by_item.values()
                       for tiers in items.values() for tier in tiers),
                      key=lambda one: (order.index(one.kind), one.region,
                                       one.item, one.above))

    def instance(self, region: str, instance_type: str,
                 market: str = ON_DEMAND, *, runs: bool = False) -> Decimal:
        """USD an hour of a running instance.

        :param market: ``on-demand`` or ``spot``; spot without a figure of
            its own costs as much as on demand, which it never exceeds
        :param runs: it runs already: there is nothing left to refuse, and
            without a price it is taken as the dearest
        :raises PriceUnknown: there is none, and ``refuse`` was chosen
        """
        usd = self._known_instance(region, instance_type, market)
        if usd is not None:
            return usd
        return self._else(
            f'instance type {instance_type}', region,
            max(self._all(kinds.ON_DEMAND, region), default=None), runs)

    def volume(self, region: str, volume_type: str, size_gib: int,
               iops: int | None = None, throughput: int | None = None
               ) -> Decimal:
        """USD an hour of an EBS volume, used or not.

        :param iops: provisioned I/O operations a second, None for what the
            type has without
        :param throughput: provisioned MiB/s, None for what it has without
        :raises PriceUnknown: there is none, and ``refuse`` was chosen
        """
        asked = (size_gib, iops or 0, throughput or 0)
        usd = self._known_volume(region, volume_type, *asked)
        if usd is not None:
            return usd
        of_others = (self._known_volume(where, item, *asked)
                     for (kind, where), items in self._by_item.items()
                     if kind == kinds.VOLUME for item in items)
        return self._else(f'volume type {volume_type}', region, max(
            (one for one in of_others if one is not None), default=None))

    def snapshot(self, region: str, size_gib: int) -> Decimal:
        """USD an hour of a snapshot that holds so many GiB.

        :raises PriceUnknown: there is none, and ``refuse`` was chosen
        """
        return self._flat(kinds.SNAPSHOT, region, 'snapshots',
                          size_gib, HOURS_A_MONTH)

    def address(self, region: str) -> Decimal:
        """USD an hour of a public IPv4 address, used or not.

        :raises PriceUnknown: there is none, and ``refuse`` was chosen
        """
        return self._flat(kinds.ADDRESS, region, 'public IPv4 addresses')

    def price(self, region: str, instance_type: str) -> Decimal | None:
        """USD an hour on demand, None where the table has no figure."""
        return self._known_instance(region, instance_type, ON_DEMAND)

    def rank(self, region: str, instance_type: str,
             market: str = ON_DEMAND) -> Decimal | None:
        """A figure to compare types of one region by. For choices only.

        A region without any figures is ranked by those of us-east-1: the
        amounts differ between regions, the order of the types hardly does.
        """
        known = (kinds.ON_DEMAND, region) in self._by_item
        return self._known_instance(region if known else REFERENCE_REGION,
                                    instance_type, market)

    def _known_instance(self, region: str, name: str,
                        market: str) -> Decimal | None:
        on_demand = self._amount(kinds.ON_DEMAND, region, name)
        kind = kinds.SPOT if market == SPOT else kinds.COMMITTED
        figure = self._nearest(kind, region, name)
        if figure is None:
            return on_demand
        if figure.unit == kinds.HOUR:
            return figure.amount
        return None if on_demand is None else _exact(
            on_demand * figure.amount)

    def _nearest(self, kind: str, region: str, name: str) -> Figure | None:
        """The figure that says most about one type in one region."""
        family = f'{name.partition(".")[0]}.*'
        for where in (region, kinds.ALL):
            items = self._by_item.get((kind, where), {})
            for item in (name, family, kinds.ALL):
                if item in items:
                    return items[item][0]
        return None

    def _known_volume(self, region: str, name: str, size_gib: int,
                      iops: int, throughput: int) -> Decimal | None:
        usd = self._amount(kinds.VOLUME, region, name)
        if usd is None:
            return None
        usd *= size_gib
        asked = {kinds.VOLUME_IOPS: iops, kinds.VOLUME_THROUGHPUT: throughput}
        for kind, free in _METERED.get(name, {}).items():
            more = self._tiered(kind, region, name, asked[kind], free)
            if more is None:
                return None
            usd += more
        return _exact(usd / HOURS_A_MONTH)

    def _tiered(self, kind: str, region: str, name: str, units: int,
                free: int) -> Decimal | None:
        """USD a month of units, each by the tier that it lies in."""
        if units <= free:
            return Decimal(0)
        tiers = self._by_item.get((kind, region), {}).get(name)
        if not tiers:
            return None
        ends = [tier.above for tier in tiers[1:]] + [Decimal(units)]
        return sum((tier.amount * max(Decimal(0), min(Decimal(units), end)
                                      - max(tier.above, Decimal(free)))
                    for tier, end in zip(tiers, ends, strict=True)),
                   Decimal(0))

    def _flat(self, kind: str, region: str, what: str, units: int = 1,
              hours: int = 1) -> Decimal:
        known = self._all(kind, region)
        if (kind, region) not in self._by_item:
            return self._else(what, region, max(
                (_exact(usd * units / hours) for usd in known),
                default=None))
        return _exact(max(known) * units / hours)

    def _amount(self, kind: str, region: str, item: str) -> Decimal | None:
        tiers = self._by_item.get((kind, region), {}).get(item)
        return tiers[0].amount if tiers else None

    def _all(self, kind: str, region: str) -> list[Decimal]:
        """Amounts of a kind in a region, in all if it has none there."""
        where = ([(kind, region)] if (kind, region) in self._by_item
                 else [key for key in self._by_item if key[0] == kind])
        return [tier.amount for key in where
                for tiers in self._by_item[key].values() for tier in tiers]

    def _else(self, what: str, region: str, dearest: Decimal | None,
              is_there: bool = False) -> Decimal:
        if dearest is not None and (is_there or self._unpriced == DEAREST):
            return dearest
        raise exc.PriceUnknown(
            # Nova cuts a fault after 255 characters.
            f'no price for {what} in {region} ([ec2_costs] unpriced = '
            f'{REFUSE}); "nova-ec2 prices update --region {region}" gets it, '
            f'[ec2] price_file is now {self.source}')


def _exact(usd: Decimal) -> Decimal:
    return usd.quantize(_EXACT, ROUND_HALF_UP).normalize()
