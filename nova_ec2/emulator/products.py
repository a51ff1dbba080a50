# SPDX-License-Identifier: Apache-2.0
"""The products of the emulator's Price List, and what they cost.

In us-east-1 as the table that this package ships, elsewhere dearer by a
factor. Beside what a Linux server costs there is what a careless query would
take for it: Windows, dedicated tenancy and reserved capacity.
"""

import csv
import dataclasses
import functools
import hashlib
import importlib.resources
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

PUBLISHED = '2026-07-20T00:00:00Z'
_VERSION = '20260720000000'

# Region: (what usage types begin with there, its name, dearer by)
REGIONS = {
    'us-east-1': ('', 'US East (N. Virginia)', Decimal(1)),
    'us-west-2': ('USW2-', 'US West (Oregon)', Decimal(1)),
    'eu-west-1': ('EU-', 'EU (Ireland)', Decimal('1.1')),
    'eu-central-1': ('EUC1-', 'EU (Frankfurt)', Decimal('1.2')),
    'ap-south-1': ('APS3-', 'Asia Pacific (Mumbai)', Decimal('1.05')),
}

# Not every Region has every type.
_FAMILIES = {'eu-central-1': ('t3', 'm5', 'm7i', 'c5', 'g5'),
             'ap-south-1': ('t3', 'm5', 'c5')}

# (system, tenancy, capacity status, times the price of a Linux server)
_VARIANTS = (
    ('Linux', 'Shared', 'Used', '1'),
    ('Windows', 'Shared', 'Used', '1.9'),
    ('Linux', 'Dedicated', 'Used', '1.1'),
    ('Linux', 'Shared', 'UnusedCapacityReservation', '1'),
    ('Linux', 'Shared', 'AllocatedCapacityReservation', '0'),
)

# (family, usage type, volume type, unit, USD, free of charge up to)
_EBS = (
    ('Storage', 'VolumeUsage.gp3', 'gp3', 'GB-Mo', '0.08', 0),
    ('Storage', 'VolumeUsage.gp2', 'gp2', 'GB-Mo', '0.10', 0),
    ('Storage', 'VolumeUsage.piops', 'io1', 'GB-Mo', '0.125', 0),
    # As AWS spells it, for this one alone.
    ('Storage', 'VolumeUsage.io2', 'io2', 'GB-month', '0.125', 0),
    ('Storage', 'VolumeUsage.st1', 'st1', 'GB-Mo', '0.045', 0),
    ('Storage', 'VolumeUsage.sc1', 'sc1', 'GB-Mo', '0.015', 0),
    ('Storage', 'VolumeUsage', 'standard', 'GB-Mo', '0.05', 0),
    ('System Operation', 'VolumeIOUsage', 'standard', 'IOs', '0.00000005', 0),
    ('System Operation', 'VolumeP-IOPS.gp3', 'gp3', 'IOPS-Mo', '0.005',
     3000),
    ('System Operation', 'VolumeP-IOPS.piops', 'io1', 'IOPS-Mo', '0.065', 0),
    ('System Operation', 'VolumeP-IOPS.io2', 'io2', 'IOPS-Mo', '0.065', 0),
    ('System Operation', 'VolumeP-IOPS.io2.tier2', 'io2', 'IOPS-Mo',
     '0.0455', 0),
    ('System Operation', 'VolumeP-IOPS.io2.tier3', 'io2', 'IOPS-Mo',
     '0.03185', 0),
    ('Provisioned Throughput', 'VolumeP-Throughput.gp3', 'gp3', 'GiBps-mo',
     '40.96', 0),
    ('Storage Snapshot', 'SnapshotUsage', '', 'GB-Mo', '0.05', 0),
    ('Storage Snapshot', 'SnapshotArchiveStorage', '', 'GB-Mo', '0.0125', 0),
)

_ADDRESSES = ('InUseAddress', 'IdleAddress')

_TERM, _RATE = 'JRTCKXETXF', '6YS6EN2CT7'


@dataclasses.dataclass(frozen=True, slots=True)
class Product:
    """One product with its price on demand.

    :param free: units that cost nothing
    """

    service: str
    family: str
    attributes: dict[str, str]
    unit: str
    usd: Decimal
    free: int = 0

    def field(self, name: str) -> str | None:
        """What a filter by ``name`` compares with."""
        if name == 'productFamily':
            return self.family or None
        if name == 'ServiceCode':
            return self.service
        return self.attributes.get(name)

    def json(self) -> str:
        """As GetProducts gives it: JSON inside JSON."""
        sku = _sku(self.attributes)
        dimensions: dict[str, Any] = {}
        begins = '0'
        if self.free:
            dimensions[f'{sku}.{_TERM}.{_RATE}F'] = self._dimension(
                Decimal(0), '0', str(self.free))
            begins = str(self.free)
        dimensions[f'{sku}.{_TERM}.{_RATE}'] = self._dimension(
            self.usd, begins, 'Inf')
        family = {'productFamily': self.family} if self.family else {}
        return json.dumps({
            'product': {**family, 'attributes': self.attributes, 'sku': sku},
            'serviceCode': self.service,
            'terms': {'OnDemand': {f'{sku}.{_TERM}': {
                'priceDimensions': dimensions, 'sku': sku,
                'effectiveDate': PUBLISHED, 'offerTermCode': _TERM,
                'termAttributes': {}}}},
            'version': _VERSION, 'publicationDate': PUBLISHED})

    def _dimension(self, usd: Decimal, begins: str,
                   ends: str) -> dict[str, Any]:
        return {'unit': self.unit, 'beginRange': begins, 'endRange': ends,
                'appliesTo': [], 'pricePerUnit': {'USD': f'{usd:.10f}'},
                'description': f'${usd:f} per {self.unit}'}


@functools.cache
def all_of(service: str) -> tuple[Product, ...]:
    """Every product of a service."""
    make = {'AmazonEC2': _ec2, 'AmazonVPC': _vpc}.get(service)
    return tuple(product for region in REGIONS if make
                 for product in make(region))


def _ec2(region: str) -> Iterator[Product]:
    prefix, _, factor = REGIONS[region]
    for name, usd in _on_demand():
        family = name.partition('.')[0]
        if family in _FAMILIES.get(region, (family,)):
            yield from _instances(region, name, usd * factor)
    for family, usage, volume, unit, price, free in _EBS:
        more = {'volumeApiName': volume} if volume else {}
        yield Product('AmazonEC2', family, {
            **_common(region, 'AmazonEC2'), **more,
            'usagetype': f'{prefix}EBS:{usage}'},
            unit, Decimal(price) * factor, free)


def _instances(region: str, name: str, usd: Decimal) -> Iterator[Product]:
    metal = ' (bare metal)' if '.metal' in name else ''
    for system, tenancy, status, times in _VARIANTS:
        use = {'Used': 'BoxUsage', 'UnusedCapacityReservation': 'UnusedBox',
               'AllocatedCapacityReservation': 'Reservation'}[status]
        yield Product('AmazonEC2', f'Compute Instance{metal}', {
            **_common(region, 'AmazonEC2'), 'instanceType': name,
            'operatingSystem': system, 'tenancy': tenancy,
            'capacitystatus': status, 'preInstalledSw': 'NA',
            'marketoption': 'OnDemand',
            'licenseModel': 'No License required',
            'usagetype': f'{REGIONS[region][0]}{use}:{name}',
            'operation': ('RunInstances' if system == 'Linux'
                          else 'RunInstances:0002')},
            'Hrs', usd * Decimal(times))


def _vpc(region: str) -> Iterator[Product]:
    prefix = REGIONS[region][0] or 'USE1-'
    for use in _ADDRESSES:
        yield Product('AmazonVPC', '', {
            **_common(region, 'AmazonVPC'),
            'group': 'VPCPublicIPv4Address',
            'usagetype': f'{prefix}PublicIPv4:{use}'},
            'Hrs', Decimal('0.005'))
    yield Product('AmazonVPC', 'VpcEndpoint', {
        **_common(region, 'AmazonVPC'),
        'usagetype': f'{prefix}VpcEndpoint-Hours'}, 'Hrs', Decimal('0.01'))


def _common(region: str, service: str) -> dict[str, str]:
    return {'servicecode': service, 'regionCode': region,
            'location': REGIONS[region][1], 'locationType': 'AWS Region'}


def _on_demand() -> list[tuple[str, Decimal]]:
    data = importlib.resources.files('nova_ec2') / 'costs' / 'data'
    text = (data / 'on-demand-2026-07-20.csv').read_text(encoding='utf-8')
    return [(row['instance_type'], Decimal(row['usd_per_hour']))
            for row in csv.DictReader(text.splitlines())]


def _sku(attributes: dict[str, str]) -> str:
    text = json.dumps(attributes, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16].upper()
