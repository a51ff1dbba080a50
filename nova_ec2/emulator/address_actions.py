# SPDX-License-Identifier: Apache-2.0
"""The actions on addresses of interfaces that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only

_ASSIGN = frozenset({'AllowReassignment', 'NetworkInterfaceId',
                     'PrivateIpAddresses', 'SecondaryPrivateIpAddressCount'})
_UNASSIGN = frozenset({'NetworkInterfaceId', 'PrivateIpAddresses'})
_ASSIGN_IPV6 = frozenset({'Ipv6AddressCount', 'Ipv6Addresses',
                          'NetworkInterfaceId'})
_UNASSIGN_IPV6 = frozenset({'Ipv6Addresses', 'NetworkInterfaceId'})


class AddressActions(Actions):
    """Mixed into the table of actions."""

    def assign_private_ip_addresses(self) -> Any:
        """AssignPrivateIpAddresses, by address or by count."""
        only(self.params, _ASSIGN, 'AssignPrivateIpAddresses')
        wanted, count = self._wanted('PrivateIpAddresses',
                                     'SecondaryPrivateIpAddressCount')
        eni = self._eni()
        new = self.ec2_backend.assign_private(
            eni, wanted, count, bool(self._get_param('AllowReassignment')))
        return ActionResult({
            'NetworkInterfaceId': eni.id,
            'AssignedPrivateIpAddresses': [
                {'PrivateIpAddress': one} for one in new]})

    def unassign_private_ip_addresses(self) -> Any:
        """UnassignPrivateIpAddresses."""
        only(self.params, _UNASSIGN, 'UnassignPrivateIpAddresses')
        self.ec2_backend.unassign_private(
            self._eni(), self._unwanted('PrivateIpAddresses'))
        return EmptyResult()

    def assign_ipv6_addresses(self) -> Any:
        """AssignIpv6Addresses, by address or by count."""
        only(self.params, _ASSIGN_IPV6, 'AssignIpv6Addresses')
        wanted, count = self._wanted('Ipv6Addresses', 'Ipv6AddressCount')
        eni = self._eni()
        return ActionResult({
            'NetworkInterfaceId': eni.id,
            'AssignedIpv6Addresses': self.ec2_backend.assign_ipv6(
                eni, wanted, count)})

    def unassign_ipv6_addresses(self) -> Any:
        """UnassignIpv6Addresses."""
        only(self.params, _UNASSIGN_IPV6, 'UnassignIpv6Addresses')
        eni = self._eni()
        return ActionResult({
            'NetworkInterfaceId': eni.id,
            'UnassignedIpv6Addresses': self.ec2_backend.unassign_ipv6(
                eni, self._unwanted('Ipv6Addresses'))})

    def _eni(self) -> Any:
        return self.ec2_backend.own_interface(
            self._get_param('NetworkInterfaceId'))

    def _wanted(self, by_name: str, by_count: str) -> tuple[list[str], int]:
        """Addresses by name, or how many of any value: one of the two."""
        wanted = self._get_param(by_name, [])
        count = self._get_param(by_count)
        if wanted and count is not None:
            raise Refusal('InvalidParameterCombination',
                          f'Only one of {by_name} and {by_count} may be '
                          'specified.')
        if not wanted and count is None:
            raise Refusal('MissingParameter', 'The request must contain '
                          f'either {by_name} or {by_count}')
        if count is not None and int(count) < 1:
            raise Refusal('InvalidParameterValue',
                          f'Value ({count}) for parameter {by_count} is '
                          'invalid. It must be positive.')
        return list(wanted), int(count or 0)

    def _unwanted(self, name: str) -> list[str]:
        found: list[str] = self._get_param(name, [])
        if not found:
            raise Refusal('MissingParameter', 'The request must contain the '
                          f'parameter {name}')
        return found
