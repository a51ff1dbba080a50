# SPDX-License-Identifier: Apache-2.0
"""Network interfaces: addresses that are theirs alone, and given back."""

import functools
import ipaddress
from collections.abc import Callable
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from nova_ec2.emulator import reservations
from nova_ec2.emulator.addresses import Addresses, give_back, take
from nova_ec2.emulator.attachments import Attachments
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

PUBLIC_FIRST = int(ipaddress.IPv4Address('18.204.0.1'))
"""Public addresses are counted from here, those of all accounts together."""


class Interfaces(Attachments):
    """The part of the backend that keeps interfaces and addresses."""

    part_address: Callable[[Any], None]
    world: Any

    def address_book(self, subnet: Any) -> Addresses:
        """The private IPv4 addresses of a moto subnet."""
        book: dict[str, Addresses] = self.__dict__.setdefault(
            'address_books', {})
        if subnet.id not in book:
            book[subnet.id] = Addresses(
                subnet.cidr_block, subnet.id,
                functools.partial(reservations.explicit, subnet))
        return book[subnet.id]

    def ipv6_book(self, subnet: Any) -> Addresses:
        """The IPv6 addresses of a moto subnet; refuses where it has none."""
        books: dict[tuple[str, str], Addresses] = self.__dict__.setdefault(
            'ipv6_books', {})
        blocks = subnet.ipv6_cidr_block_association_set
        if not blocks:
            raise Refusal('InvalidParameterValue',
                          f"Subnet '{subnet.id}' does not have an IPv6 CIDR "
                          'block.')
        key = (subnet.id, blocks[0]['ipv6CidrBlock'])
        if key not in books:
            books[key] = Addresses(key[1], subnet.id)
        return books[key]

    def create_network_interface(
            self, subnet: Any, private_ip_address: Any,
            private_ip_addresses: Any = None, group_ids: Any = None,
            description: str | None = None, tags: Any = None,
            delete_on_termination: bool | None = False,
            **kwargs: Any) -> NetworkInterface:
        """CreateNetworkInterface; addresses are taken or none is.

        :param kwargs: ``secondary_ips_count``, ``ipv6_addresses`` and
            ``ipv6_address_count`` among others
        """
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        primary, others = _wanted(private_ip_address, private_ip_addresses)
        extra = int(kwargs.pop('secondary_ips_count', None) or 0)
        six = [*(kwargs.pop('ipv6_addresses', None) or ()),
               *[None] * int(kwargs.pop('ipv6_address_count', None) or 0)]
        book = self.address_book(subnet)
        taken = take(book, [primary, *others, *[None] * extra])
        taken_six: list[str] = []
        try:
            if six:
                taken_six = take(self.ipv6_book(subnet), six)
            made: NetworkInterface = super().create_network_interface(
                subnet, taken[0],
                [{'Primary': not number, 'PrivateIpAddress': address}
                 for number, address in enumerate(taken)],
                group_ids=group_ids, description=description, tags=tags,
                delete_on_termination=delete_on_termination,
                ipv6_addresses=taken_six, **kwargs)
        except Exception:
            give_back(book, taken)
            if taken_six:
                give_back(self.ipv6_book(subnet), taken_six)
            raise
        made.mac_address = dict(self.world.settings.mac_addresses).get(
            taken[0], _mac_address(made.id))
        return made

    def new_public_address(self) -> str:
        """A public address that nobody has had."""
        return str(ipaddress.IPv4Address(
            PUBLIC_FIRST + next(self.world.public_numbers)))

    def delete_network_interface(self, eni_id: str) -> None:
        """DeleteNetworkInterface; one in use is refused."""
        eni = self.get_network_interface(eni_id)
        if eni.instance is not None or eni.requester_managed:
            raise Refusal('InvalidParameterValue',
                          f"Network interface '{eni_id}' is currently in "
                          'use.')
        self.forget_interface(eni)

    def forget_interface(self, eni: Any) -> None:
        """It goes, its addresses are free, Elastic ones no longer its."""
        for elastic in list(eni.elastic.values()):
            self.part_address(elastic)
        del self.enis[eni.id]
        give_back(self.address_book(eni.subnet), eni.addresses)
        if eni.ipv6_addresses:
            give_back(self.ipv6_book(eni.subnet), eni.ipv6_addresses)
        self.tags.pop(eni.id, None)

    def get_network_interface(self, eni_id: str) -> NetworkInterface:
        """One interface, without a search."""
        if eni_id in self.enis:
            return self.enis[eni_id]
        return super().get_network_interface(eni_id)

    def own_interface(self, eni_id: str) -> NetworkInterface:
        """One that is not EC2's own, as a NAT gateway's is."""
        eni = self.get_network_interface(eni_id)
        if eni.requester_managed:
            raise Refusal('OperationNotPermitted',
                          f"Network interface '{eni_id}' is managed by "
                          'Amazon EC2.')
        return eni

    def release_interfaces(self, instance: StrictInstance) -> None:
        """At termination: delete with DeleteOnTermination, else detach."""
        for eni in list(instance.nics.values()):
            delete = eni.delete_on_termination
            instance.detach_eni(eni)
            if delete:
                self.delete_network_interface(eni.id)
        instance.nics.clear()


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
