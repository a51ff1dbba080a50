# SPDX-License-Identifier: Apache-2.0
"""Security groups of a VPC, and their rules."""

import dataclasses
from collections.abc import Mapping

ANY = '-1'
"""EC2's protocol for all of them."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule: what may pass from or to one peer.

    :param egress: whether it is for what leaves the interface
    :param protocol: ``tcp``, ``udp``, ``icmp``, ``icmpv6``, an IANA number,
        or :data:`ANY`
    :param first: first port, or the ICMP type; -1 for all
    :param last: last port, or the ICMP code; -1 for all
    :param cidr: the peer as an IPv4 or IPv6 block; '' where it is a group
    :param group_id: the peer as a group of the same VPC; '' where it is a
        block
    """

    egress: bool
    protocol: str
    first: int = -1
    last: int = -1
    cidr: str = ''
    group_id: str = ''


@dataclasses.dataclass(frozen=True, slots=True)
class SecurityGroup:
    """One group (DescribeSecurityGroups).

    :param rules: all but those of prefix lists
    """

    group_id: str
    vpc_id: str
    name: str
    rules: frozenset[Rule] = frozenset()
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
