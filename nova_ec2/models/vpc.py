# SPDX-License-Identifier: Apache-2.0
"""A VPC and its address blocks (DescribeVpcs)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """An address block of a VPC, or an IPv6 one of a VPC subnet.

    :param state: ``associating``, ``associated`` or ``disassociating``
    """

    cidr: str
    association_id: str = ''
    state: str = 'associated'


@dataclasses.dataclass(frozen=True, slots=True)
class Vpc:
    """One VPC.

    :param state: ``pending`` or ``available``
    :param cidr: the IPv4 block that it was made with, which always stays
    :param blocks: all its IPv4 blocks, that one too
    :param ipv6_blocks: what Amazon gave it, each a /56
    """

    vpc_id: str
    state: str
    cidr: str
    blocks: tuple[Block, ...] = ()
    ipv6_blocks: tuple[Block, ...] = ()
    tags: Mapping[str, str] = dataclasses.field(
        default_factory=dict, hash=False)

    @property
    def settled(self) -> bool:
        """Whether nothing of it is on its way."""
        return self.state == 'available' and all(
            one.state == 'associated'
            for one in (*self.blocks, *self.ipv6_blocks))
