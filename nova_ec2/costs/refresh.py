# SPDX-License-Identifier: Apache-2.0
"""AWS's Price List becomes figures of a price table."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.pricing import Pricing
from nova_ec2.costs import figures as kinds
from nova_ec2.costs.figures import Figure
from nova_ec2.models.list_price import ListPrice

Progress = Callable[[str, str, int], None]
"""Told the Region, what is being read, and how much of it has come."""

# What AWS calls a unit: (its name here, how many of ours it is)
_UNITS = {
    'Hrs': (kinds.HOUR, 1),
    'GB-Mo': (kinds.GIB_MONTH, 1),
    'GB-month': (kinds.GIB_MONTH, 1),
    'IOPS-Mo': (kinds.IOPS_MONTH, 1),
    'MiBps-Mo': (kinds.MIBPS_MONTH, 1),
    'GiBps-mo': (kinds.MIBPS_MONTH, 1024),
}

# Use: (kind, item, above). io2's tiers are uses of their own.
_USES: dict[str, tuple[str, str, int]] = {
    'EBS:VolumeUsage.gp3': (kinds.VOLUME, 'gp3', 0),
    'EBS:VolumeUsage.gp2': (kinds.VOLUME, 'gp2', 0),
    'EBS:VolumeUsage.piops': (kinds.VOLUME, 'io1', 0),
    'EBS:VolumeUsage.io2': (kinds.VOLUME, 'io2', 0),
    'EBS:VolumeUsage.st1': (kinds.VOLUME, 'st1', 0),
    'EBS:VolumeUsage.sc1': (kinds.VOLUME, 'sc1', 0),
    'EBS:VolumeUsage': (kinds.VOLUME, 'standard', 0),
    'EBS:VolumeP-IOPS.gp3': (kinds.VOLUME_IOPS, 'gp3', 3000),
    'EBS:VolumeP-IOPS.piops': (kinds.VOLUME_IOPS, 'io1', 0),
    'EBS:VolumeP-IOPS.io2': (kinds.VOLUME_IOPS, 'io2', 0),
    'EBS:VolumeP-IOPS.io2.tier2': (kinds.VOLUME_IOPS, 'io2', 32000),
    'EBS:VolumeP-IOPS.io2.tier3': (kinds.VOLUME_IOPS, 'io2', 64000),
    'EBS:VolumeP-Throughput.gp3': (kinds.VOLUME_THROUGHPUT, 'gp3', 125),
    'EBS:SnapshotUsage': (kinds.SNAPSHOT, 'standard', 0),
    'PublicIPv4:InUseAddress': (kinds.ADDRESS, 'public', 0),
    'PublicIPv4:IdleAddress': (kinds.ADDRESS, 'public', 0),
}


def of_region(pricing: Pricing, region: str,
              progress: Progress = lambda *_: None) -> list[Figure]:
    """All figures of a Region, as AWS publishes them now.

    :raises NotFound: AWS has no price of an instance there
    :raises AWSError: AWS's answer
    """
    found = []
    for what, read in (('instances', pricing.instances),
                       ('volumes and snapshots', pricing.storage),
                       ('addresses', pricing.network)):
        for count, price in enumerate(read(region), 1):
            found.append(price)
            if count % 100 == 0:
                progress(region, what, count)
    figures = list(from_list(found))
    if not any(one.kind == kinds.ON_DEMAND for one in figures):
        raise exc.NotFound(f'AWS Price List has no instances in {region}; is '
                           f'that the name of a Region?')
    return figures


def from_list(prices: Iterable[ListPrice]) -> Iterator[Figure]:
    """Figures of what a price table has; the dearer of two for one thing.

    What costs nothing is left out: it is a placeholder of AWS's.

    :raises ServiceFault: one is in a unit that is not known here
    """
    dearest: dict[tuple[str, str, str, Decimal], Figure] = {}
    for price in prices:
        figure = _figure(price)
        if figure is None:
            continue
        key = (figure.kind, figure.region, figure.item, figure.above)
        if key not in dearest or dearest[key].amount < figure.amount:
            dearest[key] = figure
    return iter(dearest.values())


def _figure(price: ListPrice) -> Figure | None:
    if price.usage.startswith('BoxUsage') and price.instance_type:
        kind, item, above = kinds.ON_DEMAND, price.instance_type, 0
    elif price.usage in _USES:
        kind, item, above = _USES[price.usage]
    else:
        return None
    if not price.usd:
        return None
    unit, times = _UNITS.get(price.unit, ('', 1))
    if unit not in kinds.KINDS[kind]:
        raise exc.ServiceFault(
            f'AWS Price List gives the price of {price.usage} in '
            f'{price.region} by {price.unit!r}, which is not known here',
            action='GetProducts')
    return Figure(kind, price.region, item, unit, price.usd / times,
                  Decimal(above), f'AWS Price List SKU {price.sku}',
                  price.published)
