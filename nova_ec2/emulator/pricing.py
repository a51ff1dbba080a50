# SPDX-License-Identifier: Apache-2.0
"""AWS Price List: GetProducts, strict.

AWS Billing and Cost Management API Reference, "GetProducts". moto has
nothing of it.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator import products
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.request import Answer, Call

ENDPOINTS = ('us-east-1', 'eu-central-1', 'ap-south-1')
"""The Regions that the API is offered in; it tells prices of all."""

_TYPE = 'application/x-amz-json-1.1'
_TARGET = 'AWSPriceListService.'
_MOST = 100
_FILTERS_MOST = 50
_MEMBERS = {'ServiceCode', 'Filters', 'FormatVersion', 'NextToken',
            'MaxResults'}


def answer(call: Call) -> Answer:
    """Answer a signed call of the service ``pricing``."""
    if call.region not in ENDPOINTS:
        raise Refusal('InvalidSignatureException', 'Credential should be '
                      'scoped to a valid region.', 403)
    if call.environ.get('HTTP_X_AMZ_TARGET', '') != f'{_TARGET}GetProducts':
        raise Refusal('UnknownOperationException', '')
    return Answer(200, json.dumps(_get_products(_members(call))).encode(),
                  _TYPE)


def _members(call: Call) -> dict[str, Any]:
    try:
        members = json.loads(call.body or b'{}')
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise Refusal('SerializationException', '')
    unknown = set(members) - _MEMBERS
    if unknown:
        raise _wrong(f'Unknown parameter {sorted(unknown)[0]}')
    return members


def _get_products(asked: dict[str, Any]) -> dict[str, Any]:
    service = asked.get('ServiceCode')
    offered = products.all_of(service) if isinstance(service, str) else ()
    if not offered:
        raise _wrong(f'Service code {service} is not valid')
    if asked.get('FormatVersion', 'aws_v1') != 'aws_v1':
        raise _wrong('FormatVersion must be aws_v1')
    size = asked.get('MaxResults', _MOST)
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        raise _wrong(f'MaxResults must be from 1 to {_MOST}')
    found = list(filter(_matcher(asked, offered), offered))
    begin = _begin(asked)
    page = {'FormatVersion': 'aws_v1',
            'PriceList': [one.json() for one in found[begin:begin + size]]}
    if begin + size < len(found):
        page['NextToken'] = f'{_digest(asked)}:{begin + size}'
    return page


def _matcher(asked: dict[str, Any], offered: tuple[products.Product, ...]
             ) -> Callable[[products.Product], bool]:
    """Whether a product has all that is filtered by."""
    filters = asked.get('Filters') or []
    if len(filters) > _FILTERS_MOST:
        raise _wrong(f'There may be {_FILTERS_MOST} filters at most')
    known = _known(offered[0].service)
    for one in filters:
        if set(one) != {'Type', 'Field', 'Value'}:
            raise _wrong('A filter has Type, Field and Value')
        if one['Type'] not in ('TERM_MATCH', 'EQUALS'):
            raise _wrong('This emulator filters by TERM_MATCH and EQUALS')
        if one['Field'] not in known:
            raise _wrong(f'{one["Field"]} is not an attribute of '
                         f'{offered[0].service}')
    return lambda product: all(product.field(one['Field']) == one['Value']
                               for one in filters)


@functools.cache
def _known(service: str) -> set[str]:
    return {'ServiceCode', 'productFamily'}.union(
        *(one.attributes for one in products.all_of(service)))


def _begin(asked: dict[str, Any]) -> int:
    """Where a page begins; a token is good for its own query alone."""
    token = asked.get('NextToken')
    if token is None:
        return 0
    digest, _, place = str(token).partition(':')
    if digest != _digest(asked) or not place.isdecimal():
        raise Refusal('InvalidNextTokenException', 'The pagination token is '
                      'invalid. Try again without a pagination token.')
    return int(place)


def _digest(asked: dict[str, Any]) -> str:
    query = {name: asked.get(name) for name in (
        'ServiceCode', 'Filters', 'FormatVersion')}
    text = json.dumps(query, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:24]


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterException', message)
