# SPDX-License-Identifier: Apache-2.0
"""Neutron ports become the network interfaces to make with the server."""

import dataclasses
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from nova_ec2 import exceptions
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

    The address of a port is asked of EC2; where it has none, or need not
    keep it, EC2 chooses.
    The caller makes sure that the instance type has as many interfaces.

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
    return InterfaceRequest(
        spot.subnet.subnet_id, spot.group_ids, port_id=vif['id'],
        private_address=_address(vif, spot.subnet, keeps),
        device_index=index)


def _address(vif: Any, subnet: Subnet,
             keeps: Callable[[Any], bool]) -> str:
    """The address to ask EC2 for, '' where it may choose."""
    _check_kind(vif)
    fixed = [ip['address'] for ip in vif.fixed_ips()]
    six = [one for one in fixed if ipaddress.ip_address(one).version == 6]
    if six:
        raise exceptions.NetworkRefused(
            f'port {vif["id"]} has the IPv6 address {six[0]}, which the '
            f'interface on EC2 would not get; use a network with IPv4 only')
    if len(fixed) > 1:
        raise exceptions.NetworkRefused(
            f'port {vif["id"]} has {len(fixed)} addresses '
            f'({", ".join(fixed)}); an interface on EC2 gets one here')
    if not fixed:
        return ''
    _check_address(vif['id'], fixed[0], subnet)
    if keeps(vif):
        return str(fixed[0])
    _check_reserved(vif['id'], fixed[0], subnet)
    return ''


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
    place = int(ip) - int(network.network_address)
    if place < _RESERVED_AT_START or ip == network.broadcast_address:
        raise exceptions.NetworkRefused(
            f'port {port_id} has the address {address}, but AWS keeps the '
            f'first four addresses and the last of {subnet.cidr}; leave them '
            f'out of the allocation pools of the Neutron subnet')


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
