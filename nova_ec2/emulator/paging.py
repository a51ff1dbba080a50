# SPDX-License-Identifier: Apache-2.0
"""Pages of the listings that moto makes whole.

The limits are those of MaxResults in the Amazon EC2 API Reference.
DescribeInstances has pages of its own (listing.py).
"""

import base64
import dataclasses
from typing import Any

from nova_ec2.emulator.errors import Refusal


@dataclasses.dataclass(frozen=True, slots=True)
class Pages:
    """How an action's answer is cut.

    :param key: the list in the answer
    :param unasked: page size without MaxResults, None for everything
    """

    key: str
    least: int = 5
    most: int = 1000
    unasked: int | None = None


ACTIONS = {
    'DescribeInstanceTypes': Pages('InstanceTypes', 5, 100, 100),
    'DescribeInstanceTypeOfferings': Pages('InstanceTypeOfferings',
                                           unasked=1000),
    'DescribeInstanceStatus': Pages('InstanceStatuses'),
    'DescribeVolumes': Pages('Volumes'),
    'DescribeSnapshots': Pages('Snapshots'),
    'DescribeImages': Pages('Images', least=1),
    'DescribeNetworkInterfaces': Pages('NetworkInterfaces'),
    'DescribeSecurityGroups': Pages('SecurityGroups'),
    'DescribeSecurityGroupRules': Pages('SecurityGroupRules'),
    'DescribeSubnets': Pages('Subnets'),
    'DescribeVpcs': Pages('Vpcs'),
    'DescribeRouteTables': Pages('RouteTables', most=100),
    'DescribeInternetGateways': Pages('InternetGateways'),
    'DescribeEgressOnlyInternetGateways': Pages(
        'EgressOnlyInternetGateways', most=255),
    'DescribeNatGateways': Pages('NatGateways'),
    'DescribeSpotInstanceRequests': Pages('SpotInstanceRequests'),
    'DescribeTags': Pages('Tags'),
    'DescribeReplaceRootVolumeTasks': Pages('ReplaceRootVolumeTasks',
                                            least=1, most=50),
}


def cut(action: str, result: Any, params: dict[str, Any]) -> Any:
    """One page of a result, with NextToken where there is more."""
    pages = ACTIONS.get(action)
    if pages is None or not isinstance(result, dict):
        return result
    items = list(result.get(pages.key) or [])
    size = _size(pages, params.get('MaxResults'))
    first = _read_token(params.get('NextToken'))
    last = len(items) if size is None else first + size
    page = {**result, pages.key: items[first:last]}
    if last < len(items):
        page['NextToken'] = base64.urlsafe_b64encode(
            f'from {last}'.encode()).decode()
    return page


def _size(pages: Pages, wanted: Any) -> int | None:
    if wanted is None:
        return pages.unasked
    if not pages.least <= int(wanted) <= pages.most:
        raise Refusal('InvalidParameterValue',
                      f'Value ( {wanted} ) for parameter maxResults is '
                      f'invalid. Expecting a value of {pages.least} to '
                      f'{pages.most}.')
    return int(wanted)


def _read_token(token: str | None) -> int:
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token).decode()
        return int(text.removeprefix('from '))
    except ValueError:
        raise Refusal('InvalidParameterValue',
                      'Unable to parse pagination token') from None
