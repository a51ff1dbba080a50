# SPDX-License-Identifier: Apache-2.0
"""Address blocks of VPCs and subnets: which EC2 takes.

"VPC CIDR blocks" and "IPv4 CIDR block association restrictions", "Subnet
CIDR blocks", Amazon VPC User Guide.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any, TypeAlias

from nova_ec2.emulator.errors import Refusal

IPv4: TypeAlias = ipaddress.IPv4Network
IPv6: TypeAlias = ipaddress.IPv6Network

LARGEST, SMALLEST = 16, 28
"""Prefix lengths of IPv4 blocks."""

_PRIVATE = tuple(IPv4(text) for text in (
    '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'))
_APART = IPv4('198.19.0.0/16')
_LINK_LOCAL = IPv4('169.254.0.0/16')
_LOOP = IPv4('127.0.0.0/8')
_FIRST_TEN, _FIRST_TWO = IPv4('10.0.0.0/16'), IPv4('10.0.0.0/15')


def ipv4(text: Any, parameter: str = 'cidrBlock') -> IPv4:
    """A block in its canonical form; refuses what is none."""
    try:
        if '/' not in str(text):
            raise ValueError(text)
        return IPv4(str(text), strict=False)
    except ValueError:
        raise _no_block(text, parameter) from None


def ipv6(text: Any, parameter: str = 'ipv6CidrBlock') -> IPv6:
    """An IPv6 block in its canonical form; refuses what is none."""
    try:
        if '/' not in str(text):
            raise ValueError(text)
        return IPv6(str(text), strict=False)
    except ValueError:
        raise _no_block(text, parameter) from None


def check_size(block: IPv4, code: str) -> None:
    """Refuse a block that is not between a /16 and a /28."""
    if not LARGEST <= block.prefixlen <= SMALLEST:
        raise Refusal(code, f"The CIDR '{block}' is invalid.")


def check_new(block: IPv4) -> None:
    """Refuse what no VPC may have."""
    check_size(block, 'InvalidVpc.Range')
    if any(block.overlaps(other) for other in (_LINK_LOCAL, _LOOP)):
        raise Refusal('InvalidVpc.Range', f"The CIDR '{block}' is invalid.")


def check_beside(block: IPv4, primary: IPv4, others: Iterable[IPv4]) -> None:
    """Refuse a further block that does not go with those of a VPC.

    :param primary: the block that the VPC was made with
    :param others: the further ones
    """
    check_new(block)
    for other in (primary, *others):
        if block.overlaps(other):
            raise Refusal('CidrConflict',
                          f"The CIDR '{block}' conflicts with '{other}', "
                          'which is associated with the VPC already.')
    if (_is_restricted(block, primary)
            or (primary.subnet_of(_FIRST_TWO) and block.overlaps(_FIRST_TEN))):
        raise Refusal('InvalidVpc.Range',
                      f"The CIDR '{block}' is restricted. Use a CIDR from "
                      'the same private address range as the current VPC '
                      'CIDR, or use a publicly-routable CIDR.')


def _is_restricted(block: IPv4, primary: IPv4) -> bool:
    if block.overlaps(_APART) and not primary.subnet_of(_APART):
        return True
    return any(block.overlaps(other) and not primary.subnet_of(other)
               for other in _PRIVATE)


def check_subnet(block: IPv4, of_vpc: Iterable[IPv4],
                 taken: Iterable[IPv4]) -> None:
    """Refuse a subnet's block: size, outside of the VPC, overlapping."""
    check_size(block, 'InvalidSubnet.Range')
    if not any(block.subnet_of(one) for one in of_vpc):
        raise Refusal('InvalidSubnet.Range',
                      f"The CIDR '{block}' is invalid.")
    if any(block.overlaps(one) for one in taken):
        raise _conflict(block)


def check_subnet_ipv6(block: IPv6, of_vpc: Iterable[IPv6],
                      taken: Iterable[IPv6]) -> None:
    """The same for IPv6: from /44 to /64, in steps of 4."""
    if (not 44 <= block.prefixlen <= 64 or block.prefixlen % 4
            or not any(block.subnet_of(one) for one in of_vpc)):
        raise Refusal('InvalidSubnet.Range',
                      f"The CIDR '{block}' is invalid.")
    if any(block.overlaps(one) for one in taken):
        raise _conflict(block)


def _conflict(block: Any) -> Refusal:
    return Refusal('InvalidSubnet.Conflict',
                   f"The CIDR '{block}' conflicts with another subnet")


def _no_block(text: Any, parameter: str) -> Refusal:
    return Refusal('InvalidParameterValue',
                   f'Value ({text}) for parameter {parameter} is invalid. '
                   'This is not a valid CIDR block.')
