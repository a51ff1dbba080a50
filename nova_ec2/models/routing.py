# SPDX-License-Identifier: Apache-2.0
"""How packets leave VPC subnets."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class RouteTable:
    """One route table (DescribeRouteTables).

    :param associations: ids of associations, by VPC subnet
    :param routes: what somebody made: the target's id by the destination;
        neither the VPC's own routes nor those of its VPN
    """

    table_id: str
    vpc_id: str
    main: bool = False
    associations: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)
    routes: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)
    tags: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True, slots=True)
class InternetGateway:
    """One internet gateway (DescribeInternetGateways).

    :param vpc_id: the VPC that it is attached to, ''
    """

    gateway_id: str
    vpc_id: str = ''
    tags: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True, slots=True)
class NatGateway:
    """One NAT gateway (DescribeNatGateways).

    :param state: ``pending``, ``available``, ``failed``, ``deleting``,
        ``deleted``
    """

    gateway_id: str
    vpc_id: str
    subnet_id: str
    state: str
    failure: str = ''
    tags: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)

    @property
    def works(self) -> bool:
        """Whether it passes packets, or is about to."""
        return self.state in ('pending', 'available')

    @property
    def is_there(self) -> bool:
        """Whether EC2 has not forgotten it; one that failed it has soon."""
        return self.state != 'deleted'
