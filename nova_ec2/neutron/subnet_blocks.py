# SPDX-License-Identifier: Apache-2.0
"""Address blocks of subnets: what EC2 takes, and what it keeps for itself.

"Subnet CIDR blocks", Amazon VPC User Guide.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions as exc

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LARGEST, SMALLEST, IPV6 = 16, 28, 64
"""Prefix lengths of IPv4 subnets, and of all IPv6 ones."""

_KEPT_FIRST = 4


def reserved(cidr: str) -> frozenset[str]:
    """What EC2 keeps of a subnet: the first four addresses, and the last."""
    block = ipaddress.ip_network(cidr)
    count = min(_KEPT_FIRST, block.num_addresses)
    return frozenset({str(block[-1]), *(
        str(block[index]) for index in range(count))})


def gateways(cidr: str) -> list[str]:
    """What may stand as the gateway of a subnet.

    EC2's router has the first address. Of IPv6 it announces itself, whatever
    Neutron says: by itself that is the address of all routers.
    """
    block = ipaddress.ip_network(cidr)
    first = str(block[1])
    return [first, str(block[0])] if block.version == 6 else [first]


def check_size(cidr: str) -> None:
    """Refuse a subnet that EC2 does not make.

    :raises NetworkRefused: too large or too small
    """
    block = ipaddress.ip_network(cidr)
    if block.version == 6:
        if block.prefixlen != IPV6:
            raise exc.NetworkRefused(
                f'IPv6 subnets on EC2 are /{IPV6}, not /{block.prefixlen} '
                f'({cidr})')
    elif not LARGEST <= block.prefixlen <= SMALLEST:
        raise exc.NetworkRefused(
            f'IPv4 subnets on EC2 are from /{LARGEST} to /{SMALLEST}, not '
            f'/{block.prefixlen} ({cidr})')


def check_gateway(cidr: str, address: Any) -> None:
    """Refuse a gateway that is not EC2's router.

    :param address: None for a subnet without a gateway
    :raises NetworkRefused: it is elsewhere
    """
    if address and str(address) not in gateways(cidr):
        raise exc.NetworkRefused(
            f'the gateway of a subnet {cidr} on EC2 is {gateways(cidr)[0]}, '
            f'not {address}')


def check_pools(cidr: str, pools: Iterable[Mapping[str, Any]]) -> None:
    """Refuse allocation pools with addresses that EC2 keeps.

    :param pools: as Neutron's API has them
    :raises NetworkRefused: names them
    """
    kept = sorted(address for pool in pools for address in reserved(cidr)
                  if _holds(pool, address))
    if kept:
        raise exc.NetworkRefused(
            f'allocation pools of a subnet {cidr} on EC2 must leave out '
            f'what EC2 keeps for itself, the first four addresses and the '
            f'last: {", ".join(kept)}')


def cut(cidr: str, pools: Iterable[Mapping[str, Any]]
        ) -> list[dict[str, str]]:
    """Allocation pools without the addresses that EC2 keeps.

    Those are at both ends of the subnet, so no pool is split.
    """
    block = ipaddress.ip_network(cidr)
    low, high = int(block[0]) + _KEPT_FIRST, int(block[-1]) - 1
    kind = type(block.network_address)
    made = []
    for pool in pools:
        first = max(int(ipaddress.ip_address(str(pool['start']))), low)
        last = min(int(ipaddress.ip_address(str(pool['end']))), high)
        if first <= last:
            made.append({'start': str(kind(first)), 'end': str(kind(last))})
    return made


def normal(cidr: str) -> str:
    """A block as Neutron writes it: its first address and its length."""
    return str(ipaddress.ip_network(cidr, strict=False))


def same(one: str, other: str) -> bool:
    """Whether two blocks are the same, however they are written."""
    return ipaddress.ip_network(one) == ipaddress.ip_network(other)


def inside(cidr: str, blocks: Iterable[str]) -> bool:
    """Whether one of the blocks holds all of it."""
    wanted = ipaddress.ip_network(cidr)
    return any(_subnet_of(wanted, ipaddress.ip_network(one))
               for one in blocks)


def overlaps(cidr: str, blocks: Iterable[str]) -> bool:
    """Whether it has an address of one of the blocks."""
    wanted = ipaddress.ip_network(cidr)
    return any(wanted.version == other.version and wanted.overlaps(other)
               for other in map(ipaddress.ip_network, blocks))


def free(block: str, prefix: int, taken: Sequence[str]) -> str | None:
    """The first part of a block that nothing else has.

    :param prefix: its length
    """
    return next((str(one) for one in ipaddress.ip_network(block).subnets(
        new_prefix=prefix) if not overlaps(str(one), taken)), None)


def last_free(block: str, prefix: int, taken: Sequence[str]) -> str | None:
    """The last part of an IPv4 block that nothing else has.

    :param prefix: its length
    """
    whole = ipaddress.IPv4Network(block)
    step = 1 << (whole.max_prefixlen - prefix)
    for begin in range(int(whole[-1]) + 1 - step, int(whole[0]) - 1, -step):
        one = str(ipaddress.IPv4Network((begin, prefix)))
        if not overlaps(one, taken):
            return one
    return None


def _subnet_of(one: Network, other: Network) -> bool:
    if isinstance(one, ipaddress.IPv4Network):
        return isinstance(other, ipaddress.IPv4Network) and one.subnet_of(
            other)
    return isinstance(other, ipaddress.IPv6Network) and one.subnet_of(other)


def _holds(pool: Mapping[str, Any], address: str) -> bool:
    return (int(ipaddress.ip_address(str(pool['start'])))
            <= int(ipaddress.ip_address(address))
            <= int(ipaddress.ip_address(str(pool['end']))))
