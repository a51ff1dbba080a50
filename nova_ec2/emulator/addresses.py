# SPDX-License-Identifier: Apache-2.0
"""Private addresses of a subnet: which are free, which may be asked for.

"Subnet sizing for IPv4" and "Subnet CIDR reservations", Amazon VPC User
Guide: the first four addresses and the last are AWS's own; those of an
explicit reservation are given to who asks for them and to nobody else.
"""

import ipaddress
from collections.abc import Callable, Sequence

from nova_ec2.emulator.errors import Refusal

RESERVED_FIRST = 4
RESERVED_LAST = 1


class Addresses:
    """The addresses of one block of a subnet, IPv4 or IPv6.

    Free ones are given out in turn, so that one that was just released is
    not the next to be used.

    :param explicit: tells the blocks that are not given out unasked
    """

    def __init__(
            self, cidr: str, subnet_id: str,
            explicit: Callable[[], Sequence[ipaddress.IPv4Network]] = tuple
            ) -> None:
        self.network = ipaddress.ip_network(cidr, strict=False)
        self._address = type(self.network.network_address)
        self.subnet_id = subnet_id
        self._first = int(self.network.network_address) + RESERVED_FIRST
        self._end = int(self.network.broadcast_address) - RESERVED_LAST + 1
        self._next = self._first
        self._taken: set[int] = set()
        self._explicit = explicit

    @property
    def free(self) -> int:
        """How many can still be given out, asked for or not."""
        return self._end - self._first - len(self._taken)

    @property
    def free_unasked(self) -> int:
        """How many can still be given out to those who ask for none."""
        kept = self._kept()
        outside = self._end - self._first - sum(map(len, kept))
        return outside - sum(not _within(number, kept)
                             for number in self._taken)

    def take(self, wanted: str | None = None) -> str:
        """Give out ``wanted``, or any that is free.

        Refuses with InvalidIPAddress.InUse, InvalidParameterValue (outside
        of the subnet or reserved) or InsufficientFreeAddressesInSubnet.
        """
        number = self._check(wanted) if wanted else self._any()
        self._taken.add(number)
        return str(self._address(number))

    def check(self, wanted: str) -> None:
        """Refuse as :meth:`take` would."""
        self._check(wanted)

    def canonical(self, address: str) -> str:
        """An address as it is shown; refuses what is none."""
        try:
            return str(self._address(address))
        except ValueError:
            raise _invalid(address) from None

    def release(self, address: str) -> None:
        """Take an address back; one that is free already stays free."""
        self._taken.discard(int(self._address(address)))

    def _check(self, wanted: str) -> int:
        try:
            number = int(self._address(wanted))
        except ValueError:
            raise _invalid(wanted) from None
        if self._address(number) not in self.network:
            raise Refusal('InvalidParameterValue',
                          f'Address {wanted} does not fall within the '
                          "subnet's address range")
        if not self._first <= number < self._end:
            raise Refusal('InvalidParameterValue',
                          f"Address {wanted} is in subnet's reserved "
                          'address range')
        if number in self._taken:
            raise Refusal('InvalidIPAddress.InUse',
                          f'Address {wanted} is in use.')
        return number

    def _any(self) -> int:
        if self.free_unasked <= 0:
            raise no_room(self.subnet_id)
        kept = self._kept()
        while (self._next in self._taken or self._next >= self._end
               or _within(self._next, kept)):
            self._next = (self._next + 1 if self._next < self._end
                          else self._first)
        number = self._next
        self._next += 1
        return number

    def _kept(self) -> list[range]:
        """What of the explicit reservations could be given out at all."""
        return [range(max(int(block[0]), self._first),
                      min(int(block[-1]) + 1, self._end))
                for block in self._explicit()]


def _invalid(address: str) -> Refusal:
    return Refusal('InvalidParameterValue',
                   f'Value ({address}) for parameter privateIpAddress is '
                   'invalid.')


def _within(number: int, blocks: Sequence[range]) -> bool:
    return any(number in block for block in blocks)


def no_room(subnet_id: str) -> Refusal:
    """InsufficientFreeAddressesInSubnet for a subnet."""
    return Refusal('InsufficientFreeAddressesInSubnet',
                   'There are not enough free addresses in subnet '
                   f"'{subnet_id}' to satisfy the requested number of "
                   'instances.')


def take(book: Addresses, wanted: Sequence[str | None]) -> list[str]:
    """Give out all of ``wanted``, None for any; or none of them."""
    named: dict[str, str] = {}
    result: list[str] = []
    try:
        # What is asked for by name first, or it may be given away.
        for address in filter(None, wanted):
            named[address] = book.take(address)
        result.extend(named[address] if address else book.take()
                      for address in wanted)
    except Refusal:
        give_back(book, [*named.values(), *result])
        raise
    return result


def give_back(book: Addresses, addresses: Sequence[str]) -> None:
    """Take addresses back."""
    for address in addresses:
        book.release(address)
