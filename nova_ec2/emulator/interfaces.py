# SPDX-License-Identifier: Apache-2.0
"""Network interfaces: addresses that are theirs alone, and given back."""

import functools
import ipaddress
from collections.abc import Iterator
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from nova_ec2.emulator import reservations
from nova_ec2.emulator.addresses import Addresses
from nova_ec2.emulator.attachments import Attachments
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

PUBLIC_FIRST = int(ipaddress.IPv4Address('18.204.0.1'))
"""Public addresses are counted from here and not used twice."""


class Interfaces(Attachments):
    """The part of the backend that keeps interfaces and addresses."""

    public_numbers: Iterator[int]
    world: Any

    def address_book(self, subnet: Any) -> Addresses:
        """The addresses of a moto subnet."""
        book: dict[str, Addresses] = self.__dict__.setdefault(
            'address_books', {})
        if subnet.id not in book:
            book[subnet.id] = Addresses(
                subnet.cidr_block, subnet.id,
                functools.partial(reservations.explicit, subnet))
        return book[subnet.id]

    def create_network_interface(
            self, subnet: Any, private_ip_address: Any,
            private_ip_addresses: Any = None, group_ids: Any = None,
            description: str | None = None, tags: Any = None,
            delete_on_termination: bool | None = False,
            **kwargs: Any) -> NetworkInterface:
        """CreateNetworkInterface; addresses are taken or none is."""
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        primary, others = _wanted(private_ip_address, private_ip_addresses)
        extra = int(kwargs.pop('secondary_ips_count', None) or 0)
        taken = self._take(subnet, [primary, *others, *[None] * extra])
        try:
            made: NetworkInterface = super().create_network_interface(
                subnet, taken[0],
                [{'Primary': not number, 'PrivateIpAddress': address}
                 for number, address in enumerate(taken)],
                group_ids=group_ids, description=description, tags=tags,
                delete_on_termination=delete_on_termination, **kwargs)
        except Exception:
            self._give_back(subnet, taken)
            raise
        made.mac_address = dict(self.world.settings.mac_addresses).get(
            taken[0], _mac_address(made.id))
        self.renew_public_address(made)
        return made

    def renew_public_address(self, eni: NetworkInterface) -> None:
        """Give an interface that has a public address one of its own."""
        if eni.public_ip:
            number = next(self.public_numbers)
            eni.public_ip = str(ipaddress.IPv4Address(
                PUBLIC_FIRST + number))

    def delete_network_interface(self, eni_id: str) -> None:
        """DeleteNetworkInterface; one in use is refused."""
        eni = self.get_network_interface(eni_id)
        if eni.instance is not None:
            raise Refusal('InvalidParameterValue',
                          f"Network interface '{eni_id}' is currently in "
                          'use.')
        del self.enis[eni_id]
        self._give_back(eni.subnet, [
            item['PrivateIpAddress'] for item in eni.private_ip_addresses])
        self.tags.pop(eni_id, None)

    def get_network_interface(self, eni_id: str) -> NetworkInterface:
        """One interface, without a search."""
        if eni_id in self.enis:
            return self.enis[eni_id]
        return super().get_network_interface(eni_id)

    def assign_private_ip_addresses(
            self, eni_id: str, private_ip_addresses: Any = None,
            secondary_ips_count: int | None = None) -> NetworkInterface:
        """AssignPrivateIpAddresses."""
        eni = self.get_network_interface(eni_id)
        wanted = list(private_ip_addresses or
                      [None] * (secondary_ips_count or 0))
        eni.private_ip_addresses.extend(
            {'Primary': False, 'PrivateIpAddress': address}
            for address in self._take(eni.subnet, wanted))
        return eni

    def unassign_private_ip_addresses(
            self, eni_id: str, private_ip_address: Any = None
            ) -> NetworkInterface:
        """UnassignPrivateIpAddresses; the addresses are free again."""
        eni = super().unassign_private_ip_addresses(
            eni_id, private_ip_address)
        self._give_back(eni.subnet, private_ip_address or [])
        return eni

    def release_interfaces(self, instance: StrictInstance) -> None:
        """At termination: delete with DeleteOnTermination, else detach."""
        for eni in list(instance.nics.values()):
            delete = eni.delete_on_termination
            instance.detach_eni(eni)
            if delete:
                self.delete_network_interface(eni.id)
        instance.nics.clear()

    def _take(self, subnet: Any, wanted: list[str | None]) -> list[str]:
        book = self.address_book(subnet)
        taken: list[str] = []
        try:
            # What is asked for by name first, or it may be given away.
            named = {address: book.take(address)
                     for address in wanted if address}
            taken.extend(named.values())
            result = []
            for address in wanted:
                if address is None:
                    taken.append(book.take())
                    result.append(taken[-1])
                else:
                    result.append(named[address])
        except Refusal:
            self._give_back(subnet, taken)
            raise
        return result

    def _give_back(self, subnet: Any, addresses: list[str]) -> None:
        for address in addresses:
            self.address_book(subnet).release(address)


def _mac_address(eni_id: str) -> str:
    """A locally administered address that no other interface has."""
    digits = eni_id.rpartition('-')[2].rjust(10, '0')[-10:]
    return ':'.join(['0a', *(digits[at:at + 2] for at in range(0, 10, 2))])


def _wanted(address: Any, addresses: Any) -> tuple[str | None, list[str]]:
    """The primary address, None for any, and the others asked for."""
    others = []
    for item in addresses or []:
        text = item if isinstance(item, str) else item['PrivateIpAddress']
        if not isinstance(item, str) and item.get('Primary'):
            address = text
        elif text != address:
            others.append(text)
    if isinstance(address, list):
        address = address[0] if address else None
    return address or None, others
