# SPDX-License-Identifier: Apache-2.0
"""The actions on network interfaces that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import filtering, interface_view, networks, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only

_KNOWN = frozenset({
    'ClientToken', 'Description', 'DryRun', 'Groups', 'InterfaceType',
    'Ipv6AddressCount', 'Ipv6Addresses', 'PrivateIpAddress',
    'PrivateIpAddresses', 'SecondaryPrivateIpAddressCount', 'SubnetId',
    'TagSpecifications'})
_ATTRIBUTES = ('Attachment', 'Description', 'Groups', 'SourceDestCheck')
_CHANGES = frozenset({'DryRun', 'NetworkInterfaceId', *_ATTRIBUTES})
_DESCRIBE = frozenset({'DryRun', 'Filters', 'MaxResults',
                       'NetworkInterfaceIds', 'NextToken'})


class NetworkActions(Actions):
    """Mixed into the table of actions."""

    def create_network_interface(self) -> Any:
        """CreateNetworkInterface, once per client token."""
        return self.world.tokens.once(self.call, self._create_interface)

    def _create_interface(self) -> ActionResult:
        only(self.params, _KNOWN, 'CreateNetworkInterface')
        if self._get_param('InterfaceType', 'interface') != 'interface':
            raise Refusal('UnsupportedOperation',
                          'This emulator has plain interfaces only.')
        backend = self.ec2_backend
        subnet = backend.get_subnet(self._get_param('SubnetId'))
        groups = networks.groups(backend, subnet, self.params)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [],
            ('network-interface',))
        ipv6, ipv6_more = networks.ipv6(subnet, self.params)
        self.error_on_dryrun()
        eni = backend.create_network_interface(
            subnet, self._get_param('PrivateIpAddress'),
            self._get_param('PrivateIpAddresses', []),
            [group.id for group in groups], self._get_param('Description'),
            tags.get('network-interface', {}),
            secondary_ips_count=self._get_param(
                'SecondaryPrivateIpAddressCount'),
            ipv6_addresses=ipv6, ipv6_address_count=ipv6_more)
        backend.new_interface(eni)
        return ActionResult({'NetworkInterface': interface_view.shown(eni)})

    def describe_network_interfaces(self) -> Any:
        """DescribeNetworkInterfaces, by id or by filter and page."""
        only(self.params, _DESCRIBE, 'DescribeNetworkInterfaces')
        backend = self.ec2_backend
        ids = self._get_param('NetworkInterfaceIds', [])
        if ids and self.params.get('MaxResults') is not None:
            raise Refusal('InvalidParameterCombination',
                          'You cannot specify the parameter maxResults and '
                          'network interface IDs in the same request.')
        found = ([backend.get_network_interface(one)
                  for one in dict.fromkeys(ids)] if ids
                 else list(backend.enis.values()))
        self.error_on_dryrun()
        return ActionResult({'NetworkInterfaces': [
            interface_view.shown(one) for one in filtering.matching(
                found, self.params.get('Filters'), interface_view.FILTERS,
                lambda one: backend.tags_of(one.id))]})

    def modify_network_interface_attribute(self) -> Any:
        """ModifyNetworkInterfaceAttribute, one at a time."""
        only(self.params, _CHANGES, 'ModifyNetworkInterfaceAttribute')
        names = [name for name in _ATTRIBUTES
                 if self.params.get(name) is not None]
        if len(names) != 1:
            raise Refusal('InvalidParameterCombination',
                          'Exactly one attribute is modified at a time, not '
                          f'these: {", ".join(names) or "none"}')
        backend, value = self.ec2_backend, self.params[names[0]]
        eni = backend.own_interface(self._get_param('NetworkInterfaceId'))
        if names == ['Groups']:
            groups = networks.groups(backend, eni.subnet, {'Groups': value})
            self.error_on_dryrun()
            eni._group_set = list(groups)
            return EmptyResult()
        self.error_on_dryrun()
        if names == ['Attachment']:
            backend.keep_or_delete(eni.id, value)
        elif names == ['SourceDestCheck']:
            eni.source_dest_check = _true(value.get('Value'))
        else:
            eni.description = value.get('Value') or ''
        return EmptyResult()


def _true(value: Any) -> bool:
    text = str(value).lower()
    if text not in ('true', 'false'):
        raise Refusal('InvalidParameterValue',
                      f'Value ({value}) for parameter sourceDestCheck is '
                      'invalid.')
    return text == 'true'
