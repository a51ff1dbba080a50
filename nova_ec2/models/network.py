# SPDX-License-Identifier: Apache-2.0
"""A VPC subnet (DescribeSubnets)."""

import dataclasses
from collections.abc import Mapping

from nova_ec2.models.vpc import Block


@dataclasses.dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet.

    :param cidr: its IPv4 block, for instance ``10.0.0.0/24``
    :param free_addresses: how many EC2 still has, when it was read
    :param reserved: blocks from which EC2 gives an address only where it is
        asked for (CIDR reservations of type explicit)
    :param ipv6_blocks: its IPv6 block, where it has one
    :param state: ``pending`` or ``available``
    """

    subnet_id: str
    vpc_id: str
    zone: str
    cidr: str
    free_addresses: int = 0
    reserved: tuple[str, ...] = ()
    ipv6_blocks: tuple[Block, ...] = ()
    state: str = 'available'
    tags: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)
