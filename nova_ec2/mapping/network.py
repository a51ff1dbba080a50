# SPDX-License-Identifier: Apache-2.0
"""Neutron ports become the network interfaces to make with the server."""

import dataclasses
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping.needs import Need
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import InterfaceRequest
from nova_ec2.models.network import Subnet

_RESERVED_AT_START = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """Where an interface is made, and with which security groups.

    :param group_ids: none stands for the VPC's default group
    """

    subnet: Subnet
    group_ids: tuple[str, ...] = ()


def always(vif: Any) -> bool:
    """Every port keeps its address."""
    return True


def interfaces(network_info: Any, home: Spot,
               spots: Mapping[str, Spot] | None = None,
               keeps: Callable[[Any], bool] = always,
               ) -> tuple[InterfaceRequest, ...]:
    """One interface a port, in Nova's order; one without a port at least.

    The addresses of a port are asked of EC2, the first of IPv4 as its primary
    one; where it has none, or has a single one that it need not keep, EC2
    chooses.
    The caller makes sure that the instance type has as many interfaces, and
    as many addresses on each (:func:`needs`).

    :param network_info: :class:`nova.network.model.NetworkInfo`; empty with
        ``--nic none``, when EC2 still needs an interface
    :param home: where they are made if nowhere else (``[ec2] subnet_id``)
    :param spots: where they are made, by port id
    :param keeps: whether a port, a VIF of ``network_info``, must keep the
        address that Neutron gave it
    :raises NetworkRefused: EC2 cannot give a port what Neutron promised
    """
    vifs = list(network_info or [])
    if not vifs:
        return (InterfaceRequest(home.subnet.subnet_id, home.group_ids),)
    return tuple(
        _interface(vif, index, (spots or {}).get(vif['id'], home), keeps)
        for index, vif in enumerate(vifs))


def count(network_info: Any) -> int:
    """How many interfaces the server needs, at least one."""
    return max(1, len(list(network_info or [])))


def _interface(vif: Any, index: int, spot: Spot,
               keeps: Callable[[Any], bool]) -> InterfaceRequest:
    _check_kind(vif)
    four, six = addresses(vif)
    if six and not four:
        raise exceptions.NetworkRefused(
            f'port {vif["id"]} has IPv6 addresses alone ({", ".join(six)}), '
            f'and an interface in {spot.subnet.subnet_id} gets an IPv4 '
            f'address; give the port one')
    for address in four:
        _check_address(vif['id'], address, spot.subnet)
    for address in six:
        _check_ipv6(vif['id'], address, spot.subnet)
    if len(four) == 1 and not six and not keeps(vif):
        _check_reserved(vif['id'], four[0], spot.subnet)
        four = []
    return InterfaceRequest(
        spot.subnet.subnet_id, spot.group_ids, port_id=vif['id'],
        private_address=four[0] if four else '', device_index=index,
        other_addresses=tuple(four[1:]), ipv6_addresses=tuple(six),
        no_ipv6=bool(spot.subnet.ipv6_blocks) and not six)


def addresses(vif: Any) -> tuple[list[str], list[str]]:
    """A port's addresses of IPv4 and of IPv6, in Neutron's order."""
    fixed = [str(one['address']) for one in vif.fixed_ips()]
    return ([one for one in fixed if ':' not in one],
            [one for one in fixed if ':' in one])


def needs(network_info: Any) -> list[Need]:
    """What the ports' addresses ask of the instance type."""
    found = []
    for vif in network_info or ():
        four, six = addresses(vif)
        port = f'port {vif["id"]}'
        if len(four) > 1:
            found.append(Need(port, f'{len(four)} IPv4 addresses an '
                              f'interface', _Takes(len(four), 0)))
        if six:
            found.append(Need(port, f'{len(six)} IPv6 addresses an '
                              f'interface', _Takes(0, len(six))))
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Takes:
    """Whether each interface of a type takes so many addresses."""

    four: int
    six: int

    def __call__(self, kind: InstanceType) -> bool:
        return (kind.addresses_per_interface >= self.four
                and kind.ipv6_per_interface >= self.six)


def _check_kind(vif: Any) -> None:
    if vif['vnic_type'] != 'normal':
        raise exceptions.NetworkRefused(
            f'port {vif["id"]} is of vnic_type {vif["vnic_type"]}; only '
            f'normal ports can be served by EC2')


def _check_address(port_id: str, address: str, subnet: Subnet) -> None:
    network = ipaddress.IPv4Network(subnet.cidr)
    ip = ipaddress.IPv4Address(address)
    if ip not in network:
        raise exceptions.NetworkRefused(
            f'port {port_id} has the address {address}, which is not in '
            f'{subnet.cidr} of {subnet.subnet_id} ([ec2] subnet_id, or what '
            f'Neutron says of its subnet); the Neutron subnet must have the '
            f'same CIDR')
    _check_kept(port_id, ip, network)


def _check_ipv6(port_id: str, address: str, subnet: Subnet) -> None:
    ip = ipaddress.IPv6Address(address)
    blocks = [ipaddress.IPv6Network(one.cidr) for one in subnet.ipv6_blocks]
    block = next((one for one in blocks if ip in one), None)
    if block is None:
        has = ', '.join(map(str, blocks)) or 'none'
        raise exceptions.NetworkRefused(
            f'port {port_id} has the address {address}, which is in no IPv6 '
            f'block of {subnet.subnet_id} (it has: {has}); the Neutron subnet '
            f'must have the same CIDR')
    _check_kept(port_id, ip, block)


def _check_kept(port_id: str, ip: Any, network: Any) -> None:
    place = int(ip) - int(network.network_address)
    if place < _RESERVED_AT_START or ip == network.broadcast_address:
        raise exceptions.NetworkRefused(
            f'port {port_id} has the address {ip}, but AWS keeps the first '
            f'four addresses and the last of {network}; leave them out of '
            f'the allocation pools of the Neutron subnet')


def _check_reserved(port_id: str, address: str, subnet: Subnet) -> None:
    """What Neutron hands out EC2 must not, or two servers would share it."""
    ip = ipaddress.IPv4Address(address)
    if not any(ip in ipaddress.IPv4Network(block)
               for block in subnet.reserved):
        blocks = ', '.join(subnet.reserved) or 'none'
        raise exceptions.NetworkRefused(
            f'port {port_id} has the address {address}, which no explicit '
            f'CIDR reservation of {subnet.subnet_id} covers (there are: '
            f'{blocks}); with [ec2] port_addresses = ec2 they must cover the '
            f'allocation pools of the Neutron subnet')
