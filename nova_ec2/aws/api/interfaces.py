# SPDX-License-Identifier: Apache-2.0
"""Network interfaces: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.models.launch import InterfaceRequest


class Interfaces:
    """Create, Attach, Detach, Delete, Modify and DescribeNetworkInterfaces."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, wanted: InterfaceRequest, token: str,
               tags: Mapping[str, str]) -> NetworkInterface:
        """Make an interface (CreateNetworkInterface), once a token.

        :param token: at most 64 ASCII characters
        :returns: an interface that is still ``pending``
        :raises AddressTaken: another one has the requested address
        :raises SubnetFull: there is no address left
        """
        parameters: dict[str, Any] = {
            'SubnetId': wanted.subnet_id, 'ClientToken': token,
            'Description': f'Neutron port {wanted.port_id}',
            'TagSpecifications': pages.tagged('network-interface', tags)}
        if wanted.security_group_ids:
            parameters['Groups'] = list(wanted.security_group_ids)
        parameters |= asked_addresses(wanted)
        answer = self._call('create_network_interface', **parameters)
        return parsing.network_interface(answer['NetworkInterface'])

    def delete(self, interface_id: str) -> None:
        """DeleteNetworkInterface; it must not be attached.

        :raises NotFound: it is gone already
        """
        self._call('delete_network_interface',
                   NetworkInterfaceId=interface_id)

    def attach(self, interface_id: str, instance_id: str,
               device_index: int) -> None:
        """AttachNetworkInterface; it is attached some time later.

        A repeated call says that the interface is in use, so it is not tried
        again by itself.

        :raises QuotaExceeded: the instance type has no more interfaces
        :raises OutcomeUnknown: the reply was lost; the interface tells
        """
        self._call('attach_network_interface', repeatable=False,
                   NetworkInterfaceId=interface_id, InstanceId=instance_id,
                   DeviceIndex=device_index)

    def detach(self, attachment_id: str) -> None:
        """DetachNetworkInterface; it is detached some time later.

        :raises NotFound: it is not attached, or no longer
        """
        self._call('detach_network_interface', repeatable=False,
                   AttachmentId=attachment_id)

    def delete_on_termination(self, interface_id: str,
                              attachment_id: str) -> None:
        """Have the interface go with its instance."""
        self._call('modify_network_interface_attribute',
                   NetworkInterfaceId=interface_id, Attachment={
                       'AttachmentId': attachment_id,
                       'DeleteOnTermination': True})

    def set_groups(self, interface_id: str,
                   group_ids: Sequence[str]) -> None:
        """Give it these security groups instead of those it has.

        ModifyNetworkInterfaceAttribute.

        :param group_ids: at least one
        :raises QuotaExceeded: they are too many for one interface
        """
        self._call('modify_network_interface_attribute',
                   NetworkInterfaceId=interface_id, Groups=list(group_ids))

    def set_check(self, interface_id: str, checks: bool) -> None:
        """Turn its source/destination check on or off.

        ModifyNetworkInterfaceAttribute.
        """
        self._call('modify_network_interface_attribute',
                   NetworkInterfaceId=interface_id,
                   SourceDestCheck={'Value': checks})

    def assign(self, interface_id: str, addresses: Sequence[str]) -> None:
        """Give it further IPv4 or IPv6 addresses of its subnet.

        AssignPrivateIpAddresses and AssignIpv6Addresses; none is taken from
        another interface.

        :raises AddressTaken: another interface has one of them
        :raises QuotaExceeded: its instance type allows fewer
        """
        four, six = _families(addresses)
        if four:
            self._call('assign_private_ip_addresses',
                       NetworkInterfaceId=interface_id,
                       PrivateIpAddresses=four, AllowReassignment=False)
        if six:
            self._call('assign_ipv6_addresses',
                       NetworkInterfaceId=interface_id, Ipv6Addresses=six)

    def unassign(self, interface_id: str, addresses: Sequence[str]) -> None:
        """Take further addresses away from it.

        UnassignPrivateIpAddresses and UnassignIpv6Addresses.
        """
        four, six = _families(addresses)
        if four:
            self._call('unassign_private_ip_addresses',
                       NetworkInterfaceId=interface_id,
                       PrivateIpAddresses=four)
        if six:
            self._call('unassign_ipv6_addresses',
                       NetworkInterfaceId=interface_id, Ipv6Addresses=six)

    def describe(self, interface_ids: Sequence[str]
                 ) -> dict[str, NetworkInterface]:
        """Read interfaces by id (DescribeNetworkInterfaces with a filter).

        :returns: by id; what EC2 does not know is absent
        """
        return {one.interface_id: one
                for batch in pages.batches(interface_ids)
                for one in self._find({'network-interface-id': batch})}

    def of_instance(self, instance_id: str) -> list[NetworkInterface]:
        """All interfaces attached to an instance, or on their way."""
        return self._find({'attachment.instance-id': [instance_id]})

    def find(self, tags: Mapping[str, str], *,
             unattached: bool = False) -> list[NetworkInterface]:
        """All interfaces that carry these tags."""
        filters = pages.with_tags(tags)
        if unattached:
            filters['status'] = ['available']
        return self._find(filters)

    def _find(self, filters: Mapping[str, Sequence[str]]
              ) -> list[NetworkInterface]:
        return [parsing.network_interface(raw) for raw in pages.pages(
            self._caller, 'describe_network_interfaces',
            'NetworkInterfaces', filters)]


def asked_addresses(wanted: InterfaceRequest) -> dict[str, Any]:
    """How an interface's addresses are asked for, here and at a launch."""
    asked: dict[str, Any] = {}
    if wanted.other_addresses:
        asked['PrivateIpAddresses'] = [
            {'PrivateIpAddress': one, 'Primary': one == wanted.private_address}
            for one in (wanted.private_address, *wanted.other_addresses)]
    elif wanted.private_address:
        asked['PrivateIpAddress'] = wanted.private_address
    if wanted.ipv6_addresses:
        asked['Ipv6Addresses'] = [{'Ipv6Address': one}
                                  for one in wanted.ipv6_addresses]
    elif wanted.no_ipv6:
        asked['Ipv6AddressCount'] = 0
    return asked


def _families(addresses: Sequence[str]) -> tuple[list[str], list[str]]:
    return ([one for one in addresses if ':' not in one],
            [one for one in addresses if ':' in one])
