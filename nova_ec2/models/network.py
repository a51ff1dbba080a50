# SPDX-License-Identifier: Apache-2.0
"""A VPC subnet (DescribeSubnets)."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet.

    :param cidr: its IPv4 block, for instance ``10.0.0.0/24``
    :param free_addresses: how many EC2 still has, when it was read
    :param reserved: blocks from which EC2 gives an address only where it is
        asked for (CIDR reservations of type explicit)
    """

    subnet_id: str
    vpc_id: str
    zone: str
    cidr: str
    free_addresses: int = 0
    reserved: tuple[str, ...] = ()
