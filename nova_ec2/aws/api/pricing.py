# SPDX-License-Identifier: Apache-2.0
"""AWS Price List: what things cost on demand, in any Region."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.call import Caller
from nova_ec2.models.list_price import ListPrice

_PAGE = 100
# What comes before the kind of use: EUC1-, USE1-, EU-; us-east-1 has none.
_PREFIX = re.compile(r'^[A-Z]+[0-9]*-')

_LINUX = {'operatingSystem': 'Linux', 'tenancy': 'Shared',
          'preInstalledSw': 'NA', 'capacitystatus': 'Used',
          'marketoption': 'OnDemand'}
_EBS = ('Storage', 'System Operation', 'Provisioned Throughput',
        'Storage Snapshot')


class Pricing:
    """GetProducts; each page is one call.

    :param caller: of the service ``pricing``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def instances(self, region: str) -> Iterator[ListPrice]:
        """Linux instances on shared hardware, bare metal too.

        :raises AWSError: AWS's answer
        :raises ServiceFault: it says a price in a way not known here
        """
        return self._products('AmazonEC2', regionCode=region, **_LINUX)

    def storage(self, region: str) -> Iterator[ListPrice]:
        """EBS volumes, their I/O and throughput, and snapshots."""
        for family in _EBS:
            yield from self._products('AmazonEC2', regionCode=region,
                                      productFamily=family)

    def network(self, region: str) -> Iterator[ListPrice]:
        """What a VPC's parts cost, public IPv4 addresses among them."""
        return self._products('AmazonVPC', regionCode=region)

    def _products(self, service: str, **wanted: str) -> Iterator[ListPrice]:
        parameters: dict[str, Any] = {
            'ServiceCode': service, 'FormatVersion': 'aws_v1',
            'MaxResults': _PAGE, 'Filters': [
                {'Type': 'TERM_MATCH', 'Field': field, 'Value': value}
                for field, value in wanted.items()]}
        while True:
            answer = self._call('get_products', **parameters)
            for text in answer['PriceList']:
                price = _read(text)
                if price is not None:
                    yield price
            if not answer.get('NextToken'):
                return
            parameters['NextToken'] = answer['NextToken']


def _read(text: str) -> ListPrice | None:
    """One product; None where it is not sold on demand for USD."""
    try:
        entry = json.loads(text)
        return _list_price(entry)
    except (ValueError, KeyError, TypeError, AttributeError,
            ArithmeticError) as error:
        raise exc.ServiceFault(
            f'AWS Price List sent a product that cannot be read: '
            f'{error!r}', action='GetProducts') from error


def _list_price(entry: Mapping[str, Any]) -> ListPrice | None:
    product = entry['product']
    attributes = product['attributes']
    dimensions = [
        (Decimal(dimension['pricePerUnit']['USD']).normalize(),
         str(dimension['unit']))
        for term in entry['terms'].get('OnDemand', {}).values()
        for dimension in term['priceDimensions'].values()
        if 'USD' in dimension['pricePerUnit']]
    if not dimensions:
        return None
    usd, unit = max(dimensions)
    return ListPrice(
        region=attributes['regionCode'],
        family=product.get('productFamily', ''),
        usage=_PREFIX.sub('', attributes['usagetype']),
        instance_type=attributes.get('instanceType', ''),
        volume_type=attributes.get('volumeApiName', ''),
        unit=unit, usd=usd, sku=product['sku'],
        published=str(entry.get('publicationDate', ''))[:10])
