# SPDX-License-Identifier: Apache-2.0
"""Interfaces come to instances and go from them; both take time.

"Elastic network interfaces", Amazon EC2 User Guide; Attach-, Detach- and
ModifyNetworkInterfaceAttribute, Amazon EC2 API Reference.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.elastic_network_interfaces import (
    NetworkInterfaceBackend,
)

from nova_ec2.emulator import types
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.interface import StrictInterface


class Attachments(NetworkInterfaceBackend):
    """The part of the backend that attaches interfaces and detaches them."""

    world: Any
    get_instance: Callable[[str], StrictInstance]

    def new_interface(self, eni: StrictInterface) -> None:
        """One that somebody asked for by itself is pending first."""
        seconds = self.world.settings.interface_seconds
        if seconds > 0:
            eni.creating = True
            self.world.timeline.after(
                seconds, lambda: setattr(eni, 'creating', False))

    def attach_network_interface(self, eni_id: str, instance_id: str,
                                 device_index: int) -> Any:
        """AttachNetworkInterface: attaching, then attached."""
        eni = self.get_network_interface(eni_id)
        instance = self.get_instance(instance_id)
        _check_attach(eni, instance, int(device_index))
        made = super().attach_network_interface(
            eni_id, instance_id, device_index)
        eni.delete_on_termination = False
        self._pass(eni, 'attaching', 'attached')
        return made

    def detach_network_interface(self, attachment_id: str) -> None:
        """DetachNetworkInterface: detaching, then available."""
        eni = self._by_attachment(attachment_id)
        if eni.device_index == 0:
            raise Refusal('OperationNotPermitted',
                          'The network interface at device index 0 and '
                          'networkCard index 0 cannot be detached.')
        if eni.attachment_status != 'attached':
            raise Refusal('IncorrectState',
                          f"Attachment '{attachment_id}' is "
                          f"'{eni.attachment_status}'.")
        instance = eni.instance
        self._pass(eni, 'detaching', 'attached',
                   lambda: instance.detach_eni(eni))

    def keep_or_delete(self, eni_id: str, change: dict[str, Any]) -> None:
        """ModifyNetworkInterfaceAttribute of an attachment."""
        eni = self.get_network_interface(eni_id)
        attachment_id = change.get('AttachmentId') or ''
        if not attachment_id or eni.attachment_id != attachment_id:
            raise _no_attachment(attachment_id)
        if change.get('DeleteOnTermination') is not None:
            eni.delete_on_termination = str(
                change['DeleteOnTermination']).lower() == 'true'

    def _by_attachment(self, attachment_id: str) -> Any:
        for eni in self.enis.values():
            if attachment_id and eni.attachment_id == attachment_id:
                return eni
        raise _no_attachment(attachment_id)

    def _pass(self, eni: Any, through: str, to: str,
              last: Callable[[], None] | None = None) -> None:
        """Go through a state of attachment to another, then do ``last``."""
        attachment_id = eni.attachment_id

        def settle() -> None:
            if eni.attachment_id == attachment_id:
                eni.attachment_status = to
                if last is not None:
                    last()
        eni.attachment_status = through
        self.world.timeline.after(
            self.world.settings.interface_seconds, settle)


def check_count(instance_type: str, count: int) -> None:
    """Refuse more interfaces than the type can have."""
    if count > types.network_info(instance_type)['MaximumNetworkInterfaces']:
        raise Refusal('AttachmentLimitExceeded',
                      f'Interface count {count} exceeds the limit for '
                      f'{instance_type}')


def check_addresses(instance_type: str, count: int, ipv6: int = 0) -> None:
    """Refuse more addresses than an interface of the type can have."""
    limits = types.network_info(instance_type)
    if (count > limits['Ipv4AddressesPerInterface']
            or ipv6 > limits['Ipv6AddressesPerInterface']):
        raise Refusal('PrivateIpAddressLimitExceeded',
                      f'Number of private addresses will exceed limit for '
                      f'{instance_type}.')


def _check_attach(eni: Any, instance: StrictInstance, index: int) -> None:
    if eni.instance is not None:
        raise Refusal('InvalidParameterValue', f'Interface: {eni.id} in use.')
    if eni.status != 'available':
        raise Refusal('IncorrectState',
                      f"Network interface '{eni.id}' is '{eni.status}', not "
                      "'available'.")
    if instance.state not in ('running', 'stopped'):
        raise Refusal('IncorrectState',
                      f"Instance '{instance.id}' is not 'running' or "
                      "'stopped'.")
    if index in instance.nics:
        raise Refusal('InvalidParameterValue',
                      f"Instance '{instance.id}' already has an interface "
                      f"attached at device index '{index}'.")
    if eni.subnet.availability_zone != instance.availability_zone:
        raise Refusal('InvalidParameterCombination',
                      'You may not attach a network interface to an '
                      'instance if they are not in the same availability '
                      'zone')
    check_count(instance.instance_type, len(instance.nics) + 1)
    check_addresses(instance.instance_type, len(eni.private_ip_addresses),
                    len(eni.ipv6_addresses))


def _no_attachment(attachment_id: str) -> Refusal:
    return Refusal('InvalidAttachmentID.NotFound',
                   f"The network interface attachment ID '{attachment_id}' "
                   'does not exist')
