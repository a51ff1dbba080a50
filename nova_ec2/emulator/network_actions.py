# SPDX-License-Identifier: Apache-2.0
"""The actions on network interfaces that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import networks, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import only

_KNOWN = frozenset({
    'ClientToken', 'Description', 'DryRun', 'Groups', 'InterfaceType',
    'PrivateIpAddress', 'PrivateIpAddresses',
    'SecondaryPrivateIpAddressCount', 'SubnetId', 'TagSpecifications'})
_CHANGES = frozenset({
    'Attachment', 'Description', 'DryRun', 'Groups', 'NetworkInterfaceId',
    'SourceDestCheck'})


class NetworkActions(Actions):
    """Mixed into the table of actions."""

    def create_network_interface(self) -> Any:
        """CreateNetworkInterface, once per client token."""
        return self.world.tokens.once(self.call, self._create_interface)

    def _create_interface(self) -> ActionResult:
        only(self.params, _KNOWN, 'CreateNetworkInterface')
        backend = self.ec2_backend
        subnet = backend.get_subnet(self._get_param('SubnetId'))
        groups = networks.groups(backend, subnet, self.params)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [],
            ('network-interface',))
        self.error_on_dryrun()
        eni = backend.create_network_interface(
            subnet, self._get_param('PrivateIpAddress'),
            self._get_param('PrivateIpAddresses', []),
            [group.id for group in groups], self._get_param('Description'),
            tags.get('network-interface', {}),
            secondary_ips_count=self._get_param(
                'SecondaryPrivateIpAddressCount'))
        backend.new_interface(eni)
        return ActionResult({'NetworkInterface': eni})

    def modify_network_interface_attribute(self) -> Any:
        """ModifyNetworkInterfaceAttribute, attachments too."""
        only(self.params, _CHANGES, 'ModifyNetworkInterfaceAttribute')
        change = self.params.get('Attachment')
        if not change:
            return super().modify_network_interface_attribute()
        self.error_on_dryrun()
        self.ec2_backend.keep_or_delete(
            self._get_param('NetworkInterfaceId'), change)
        return EmptyResult()
