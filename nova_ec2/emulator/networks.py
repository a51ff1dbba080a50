# SPDX-License-Identifier: Apache-2.0
"""The network part of RunInstances' parameters, read and checked."""

import dataclasses
from typing import Any

from nova_ec2.emulator.errors import Refusal, only

GROUPS_MAX = 5
KNOWN = frozenset({
    'AssociatePublicIpAddress', 'DeleteOnTermination', 'Description',
    'DeviceIndex', 'GroupNames', 'Groups', 'Ipv6AddressCount',
    'Ipv6Addresses', 'NetworkInterfaceId',
    'PrivateIpAddress', 'PrivateIpAddresses',
    'SecondaryPrivateIpAddressCount', 'SubnetId'})
"""Parameters of an interface; GroupNames is our own, for SecurityGroups."""


@dataclasses.dataclass(frozen=True, slots=True)
class InterfaceSpec:
    """An interface that an instance is to have.

    :param existing: an interface made before, else None
    :param address: the primary address asked for, None for any
    :param others: secondary addresses asked for
    :param more: how many further addresses of any value
    :param ipv6: IPv6 addresses asked for
    :param ipv6_more: how many IPv6 addresses of any value
    """

    index: int
    subnet: Any
    groups: tuple[Any, ...]
    existing: Any = None
    address: str | None = None
    others: tuple[str, ...] = ()
    more: int = 0
    ipv6: tuple[str, ...] = ()
    ipv6_more: int = 0
    public: bool = False
    delete_on_termination: bool = True
    description: str = ''

    @property
    def addresses(self) -> int:
        """How many private addresses it is to have."""
        if self.existing:
            return len(self.existing.private_ip_addresses)
        return 1 + len(self.others) + self.more

    @property
    def ipv6_addresses(self) -> int:
        """How many IPv6 addresses it is to have."""
        if self.existing:
            return len(self.existing.ipv6_addresses)
        return len(self.ipv6) + self.ipv6_more

    @property
    def unasked(self) -> int:
        """How many addresses of any value it will take from its subnet."""
        return 0 if self.existing else (self.address is None) + self.more


def read(backend: Any, params: dict[str, Any],
         most: int) -> tuple[InterfaceSpec, ...]:
    """The interfaces of one instance, the primary one first."""
    entries = params.get('NetworkInterfaces') or []
    if entries:
        _check_form(params)
    else:
        entries = [{'DeviceIndex': 0, 'SubnetId': params.get('SubnetId'),
                    'PrivateIpAddress': params.get('PrivateIpAddress'),
                    'Groups': params.get('SecurityGroupIds'),
                    'GroupNames': params.get('SecurityGroups')}]
    zone = _zone(params.get('Placement') or {})
    made = sorted((_interface(backend, entry, zone) for entry in entries),
                  key=lambda one: one.index)
    if [one.index for one in made] != list(range(len(made))):
        raise Refusal('InvalidParameterValue',
                      'Each network interface requires a device index, '
                      'counted from 0.')
    for one in made:
        if one.subnet.availability_zone != made[0].subnet.availability_zone:
            raise Refusal('InvalidParameterCombination',
                          'All interfaces of an instance must be in the '
                          'same Availability Zone.')
        if most > 1 and (one.address or one.others or one.ipv6
                         or one.existing):
            raise Refusal('InvalidParameterCombination',
                          'Neither a private IP address nor an existing '
                          'network interface may be specified when more '
                          'than one instance is launched')
        _check_addresses(backend, one)
    if zone and made[0].subnet.availability_zone != zone:
        raise Refusal('InvalidParameterValue',
                      f"The availability zone '{zone}' is not that of the "
                      f"subnet '{made[0].subnet.id}'.")
    return tuple(made)


def _zone(placement: dict[str, Any]) -> str | None:
    only(placement, frozenset({'AvailabilityZone', 'GroupName', 'Tenancy'}),
         'Placement')
    if placement.get('Tenancy') not in (None, 'default'):
        raise Refusal('UnsupportedOperation',
                      'This emulator has shared tenancy only.')
    return placement.get('AvailabilityZone')


def _check_form(params: dict[str, Any]) -> None:
    for name, words in (('SubnetId', 'an instance-level subnet ID'),
                        ('SecurityGroupIds',
                         'instance-level security groups'),
                        ('SecurityGroups', 'instance-level security groups'),
                        ('PrivateIpAddress',
                         'an instance-level private address')):
        if params.get(name):
            raise Refusal('InvalidParameterCombination',
                          f'Network interfaces and {words} may not be '
                          'specified on the same request')


def _interface(backend: Any, entry: dict[str, Any],
               zone: str | None) -> InterfaceSpec:
    only(entry, KNOWN, 'NetworkInterface')
    if entry.get('DeviceIndex') is None:
        raise Refusal('InvalidParameterValue',
                      'Each network interface requires a device index.')
    index = int(entry['DeviceIndex'])
    if entry.get('NetworkInterfaceId'):
        return _existing(backend, entry['NetworkInterfaceId'], index, entry)
    subnet = _subnet(backend, entry.get('SubnetId'), zone)
    address, others = _addresses(entry)
    ipv6_wanted, ipv6_more = ipv6(subnet, entry)
    public = entry.get('AssociatePublicIpAddress')
    return InterfaceSpec(
        index=index, subnet=subnet,
        groups=groups(backend, subnet, entry), address=address,
        others=others, ipv6=ipv6_wanted, ipv6_more=ipv6_more,
        more=int(entry.get('SecondaryPrivateIpAddressCount') or 0),
        public=(subnet.map_public_ip_on_launch is True if public is None
                else bool(public)),
        delete_on_termination=entry.get('DeleteOnTermination', True),
        description=entry.get('Description') or '')


def _existing(backend: Any, eni_id: str, index: int,
              entry: dict[str, Any]) -> InterfaceSpec:
    eni = backend.get_network_interface(eni_id)
    if eni.instance is not None:
        raise Refusal('InvalidNetworkInterface.InUse',
                      f'Interface: [{eni_id}] in use.')
    return InterfaceSpec(
        index=index, subnet=eni.subnet, groups=tuple(eni.group_set),
        existing=eni,
        delete_on_termination=entry.get('DeleteOnTermination', False))


def _subnet(backend: Any, subnet_id: str | None, zone: str | None) -> Any:
    if subnet_id:
        return backend.get_subnet(subnet_id)
    defaults = backend.get_default_subnets()
    if zone and zone not in defaults:
        raise Refusal('InvalidParameterValue',
                      f'Invalid availability zone: [{zone}]')
    if not defaults:
        raise Refusal('MissingInput', 'No subnets found for the default VPC')
    return defaults[zone or min(defaults)]


def groups(backend: Any, subnet: Any,
           entry: dict[str, Any]) -> tuple[Any, ...]:
    """The security groups of an interface, the default one where none is.
    """
    found = []
    for group_id in entry.get('Groups') or []:
        group = backend.get_security_group_from_id(group_id)
        if group is None:
            raise Refusal('InvalidGroup.NotFound',
                          f"The security group '{group_id}' does not exist")
        if group.vpc_id != subnet.vpc_id:
            raise Refusal('InvalidParameter',
                          f'Security group {group_id} and subnet '
                          f'{subnet.id} belong to different networks.')
        found.append(group)
    for name in entry.get('GroupNames') or []:
        group = backend.get_security_group_from_name(name, subnet.vpc_id)
        if group is None:
            raise Refusal('InvalidGroup.NotFound',
                          f"The security group '{name}' does not exist in "
                          f"VPC '{subnet.vpc_id}'")
        found.append(group)
    if len(found) > GROUPS_MAX:
        raise Refusal('SecurityGroupsPerInterfaceLimitExceeded',
                      'The maximum number of security groups per interface '
                      'has been reached.')
    return tuple(found
                 or [backend.get_default_security_group(subnet.vpc_id)])


def _addresses(entry: dict[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    primary = entry.get('PrivateIpAddress')
    others = []
    for item in entry.get('PrivateIpAddresses') or []:
        if item.get('Primary'):
            primary = item['PrivateIpAddress']
        else:
            others.append(item['PrivateIpAddress'])
    return primary or None, tuple(others)


def ipv6(subnet: Any, entry: dict[str, Any]) -> tuple[tuple[str, ...], int]:
    """The IPv6 addresses of an interface: by name, or how many."""
    named = tuple(item['Ipv6Address']
                  for item in entry.get('Ipv6Addresses') or [])
    count = entry.get('Ipv6AddressCount')
    if named and count is not None:
        raise Refusal('InvalidParameterCombination',
                      'Only one of ipv6Addresses and ipv6AddressCount may be '
                      'specified.')
    if count is None and not named:
        count = int(subnet.assign_ipv6_address_on_creation is True)
    return named, int(count or 0)


def _check_addresses(backend: Any, one: InterfaceSpec) -> None:
    book = backend.address_book(one.subnet)
    for address in (one.address, *one.others):
        if address:
            book.check(address)
    if one.ipv6 or one.ipv6_more:
        for address in one.ipv6:
            backend.ipv6_book(one.subnet).check(address)
        backend.ipv6_book(one.subnet)
