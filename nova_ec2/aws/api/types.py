# SPDX-License-Identifier: Apache-2.0
"""Instance types and where they are offered."""

from typing import Any

from nova_ec2.aws import parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.instance_type import InstanceType

_TYPES_A_PAGE = 100
_OFFERINGS_A_PAGE = 1000


class Types:
    """DescribeInstanceTypes and DescribeInstanceTypeOfferings."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def offered(self, zone: str) -> list[InstanceType]:
        """All instance types that EC2 offers in a zone."""
        here = self._offerings(zone)
        return [kind for kind in self._all() if kind.name in here]

    def of_region(self) -> list[InstanceType]:
        """All instance types of the Region, in whatever zone."""
        return self._all()

    def _offerings(self, zone: str) -> set[str]:
        pages = self._pages(
            'describe_instance_type_offerings', _OFFERINGS_A_PAGE,
            LocationType='availability-zone',
            Filters=[{'Name': 'location', 'Values': [zone]}])
        return {item['InstanceType'] for page in pages
                for item in page['InstanceTypeOfferings']}

    def _all(self) -> list[InstanceType]:
        pages = self._pages('describe_instance_types', _TYPES_A_PAGE)
        return [parsing.instance_type(raw) for page in pages
                for raw in page['InstanceTypes']]

    def _pages(self, method: str, size: int, **parameters: Any
               ) -> list[dict[str, Any]]:
        pages = [self._call(method, MaxResults=size, **parameters)]
        while pages[-1].get('NextToken'):
            pages.append(self._call(method, MaxResults=size,
                                    NextToken=pages[-1]['NextToken'],
                                    **parameters))
        return pages
