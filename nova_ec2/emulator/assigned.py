# SPDX-License-Identifier: Apache-2.0
"""Addresses come to interfaces and go from them.

Assign- and UnassignPrivateIpAddresses, Assign- and UnassignIpv6Addresses,
Amazon EC2 API Reference.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.elastic_network_interfaces import (
    NetworkInterfaceBackend,
)

from nova_ec2.emulator import attachments
from nova_ec2.emulator.addresses import Addresses, give_back, take
from nova_ec2.emulator.errors import Refusal


class AssignedAddresses(NetworkInterfaceBackend):
    """The part of the backend that does it."""

    address_book: Callable[[Any], Addresses]
    ipv6_book: Callable[[Any], Addresses]
    part_address: Callable[[Any], None]

    def assign_private(self, eni: Any, wanted: list[str], count: int,
                       reassign: bool) -> list[str]:
        """All addresses are assigned or none is; the new ones.

        :param wanted: addresses by name, else ``count`` of any value
        :param reassign: take them from other interfaces of the subnet
        """
        wanted = [one for one in dict.fromkeys(wanted)
                  if not (reassign and one in eni.addresses[1:])]
        losers = self._losers(eni, wanted) if reassign else {}
        _check_room(eni, len(eni.addresses) + len(wanted) + count,
                    len(eni.ipv6_addresses))
        fresh = take(self.address_book(eni.subnet), [
            *(one for one in wanted if one not in losers), *[None] * count])
        moved: list[tuple[str, Any]] = []
        for address, loser in losers.items():
            moved.append((address, loser.elastic.pop(address, None)))
            _drop(loser, address)
        new = [*wanted, *fresh[len(wanted) - len(losers):]]
        eni.private_ip_addresses.extend(
            {'Primary': False, 'PrivateIpAddress': one} for one in new)
        for address, elastic in moved:
            if elastic is not None:
                elastic.join(eni, address)
        return new

    def _losers(self, eni: Any, wanted: list[str]) -> dict[str, Any]:
        """Which other interfaces have those addresses."""
        found = {}
        for other in self.enis.values():
            if other is eni or other.subnet.id != eni.subnet.id:
                continue
            for address in other.addresses:
                if address not in wanted:
                    continue
                if address == other.private_ip_address:
                    raise _wrong(f'{address} is the primary address of '
                                 f'{other.id} and cannot be reassigned.')
                found[address] = other
        return found

    def unassign_private(self, eni: Any, unwanted: list[str]) -> None:
        """All of them go or, where one may not, none."""
        for address in unwanted:
            if address == eni.private_ip_address:
                raise _wrong(f'The primary private address {address} of '
                             f'{eni.id} cannot be unassigned.')
            if address not in eni.addresses:
                raise _wrong(f'Some of [{address}] are not assigned to '
                             f'interface {eni.id}')
        for address in dict.fromkeys(unwanted):
            if address in eni.elastic:
                self.part_address(eni.elastic[address])
            _drop(eni, address)
        give_back(self.address_book(eni.subnet), unwanted)

    def assign_ipv6(self, eni: Any, wanted: list[str],
                    count: int) -> list[str]:
        """All addresses are assigned or none is; the new ones."""
        _check_room(eni, len(eni.addresses),
                    len(eni.ipv6_addresses) + len(wanted) + count)
        new = take(self.ipv6_book(eni.subnet), [*wanted, *[None] * count])
        eni.ipv6_addresses.extend(new)
        return new

    def unassign_ipv6(self, eni: Any, unwanted: list[str]) -> list[str]:
        """All of them go or, where one is not there, none."""
        book = self.ipv6_book(eni.subnet)
        gone = [book.canonical(one) for one in unwanted]
        for address in gone:
            if address not in eni.ipv6_addresses:
                raise _wrong(f'Some of [{address}] are not assigned to '
                             f'interface {eni.id}')
        for address in dict.fromkeys(gone):
            eni.ipv6_addresses.remove(address)
        give_back(book, gone)
        return gone


def _drop(eni: Any, address: str) -> None:
    eni.private_ip_addresses = [
        item for item in eni.private_ip_addresses
        if item['PrivateIpAddress'] != address]


def _check_room(eni: Any, count: int, ipv6: int) -> None:
    if eni.instance is not None:
        attachments.check_addresses(eni.instance.instance_type, count, ipv6)


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterValue', message)
