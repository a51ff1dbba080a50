# SPDX-License-Identifier: Apache-2.0
"""The actions on Elastic IP addresses that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import filtering, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.elastic import Elastic
from nova_ec2.emulator.errors import Refusal, only

_ALLOCATE = frozenset({'Domain', 'DryRun', 'NetworkBorderGroup',
                       'TagSpecifications'})
_ASSOCIATE = frozenset({'AllocationId', 'AllowReassociation', 'DryRun',
                        'InstanceId', 'NetworkInterfaceId',
                        'PrivateIpAddress'})
_DESCRIBE = frozenset({'AllocationIds', 'DryRun', 'Filters', 'PublicIps'})


class ElasticActions(Actions):
    """Mixed into the table of actions."""

    def allocate_address(self) -> Any:
        """AllocateAddress."""
        only(self.params, _ALLOCATE, 'AllocateAddress')
        if self._get_param('Domain', 'vpc') != 'vpc':
            raise Refusal('InvalidParameterValue',
                          'Value for parameter domain must be vpc.')
        self._check_border()
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('elastic-ip',))
        self.error_on_dryrun()
        made = self.ec2_backend.allocate(tags.get('elastic-ip', {}))
        return ActionResult({
            'AllocationId': made.allocation_id, 'PublicIp': made.public_ip,
            'PublicIpv4Pool': 'amazon', 'Domain': 'vpc',
            'NetworkBorderGroup': self.region})

    def associate_address(self) -> Any:
        """AssociateAddress, with an interface or an instance's only one."""
        only(self.params, _ASSOCIATE, 'AssociateAddress')
        one = self._elastic()
        eni = self._target()
        self.error_on_dryrun()
        self.ec2_backend.associate(
            one, eni, self._get_param('PrivateIpAddress'),
            self._get_param('AllowReassociation', True))
        return ActionResult({'AssociationId': one.association_id})

    def disassociate_address(self) -> Any:
        """DisassociateAddress, by association."""
        only(self.params, frozenset({'AssociationId', 'DryRun'}),
             'DisassociateAddress')
        self.error_on_dryrun()
        self.ec2_backend.disassociate(self._needed('AssociationId'))
        return EmptyResult()

    def release_address(self) -> Any:
        """ReleaseAddress, by allocation."""
        only(self.params,
             frozenset({'AllocationId', 'DryRun', 'NetworkBorderGroup'}),
             'ReleaseAddress')
        self._check_border()
        one = self._elastic()
        self.error_on_dryrun()
        self.ec2_backend.release(one)
        return EmptyResult()

    def describe_addresses(self) -> Any:
        """DescribeAddresses, by allocation, value or filter."""
        only(self.params, _DESCRIBE, 'DescribeAddresses')
        backend = self.ec2_backend
        found = list(backend.addresses)
        if ids := self._get_param('AllocationIds', []):
            found = [backend.elastic(one) for one in dict.fromkeys(ids)]
        if values := self._get_param('PublicIps', []):
            by_ip = [backend.elastic_by_ip(one) for one in values]
            found = [one for one in found if one in by_ip]
        self.error_on_dryrun()
        return ActionResult({'Addresses': [
            _shown(one, self.region, backend.tags_of(one.allocation_id))
            for one in filtering.matching(
                found, self.params.get('Filters'), FILTERS,
                lambda one: backend.tags_of(one.allocation_id))]})

    def describe_addresses_attribute(self) -> Any:
        """Missing here."""
        raise NotImplementedError('addresses have no domain names')

    def _needed(self, name: str) -> str:
        found: str = self._get_param(name)
        if not found:
            raise Refusal('MissingParameter', 'The request must contain the '
                          f'parameter {name}')
        return found

    def _elastic(self) -> Elastic:
        found: Elastic = self.ec2_backend.elastic(
            self._needed('AllocationId'))
        return found

    def _check_border(self) -> None:
        border = self._get_param('NetworkBorderGroup')
        if border and border != self.region:
            raise Refusal('InvalidAddress.NotFound',
                          f'There are no addresses of {border} here.')

    def _target(self) -> Any:
        """The interface that is to have the address."""
        instance_id = self._get_param('InstanceId')
        eni_id = self._get_param('NetworkInterfaceId')
        if bool(instance_id) == bool(eni_id):
            raise Refusal('InvalidParameterCombination',
                          'You must specify either the instance ID or the '
                          'network interface ID, but not both.')
        if instance_id:
            instance = self.ec2_backend.get_instance(instance_id)
            if instance.state == 'pending' or not instance.nics:
                raise Refusal('InvalidInstanceID',
                              f"The {instance.state} instance "
                              f"'{instance_id}' is not in a valid state for "
                              'this operation.')
            if len(instance.nics) > 1:
                raise Refusal('InvalidInstanceID',
                              'There are multiple interfaces attached to '
                              f"instance '{instance_id}'. Please specify an "
                              'interface ID for the operation instead.')
            return instance.nics[0]
        eni = self.ec2_backend.own_interface(eni_id)
        if eni.instance is not None and eni.instance.state == 'pending':
            raise Refusal('IncorrectInstanceState',
                          'The pending-instance-creation instance to which '
                          f"'{eni_id}' is attached is not in a valid state "
                          'for this operation')
        return eni


def _shown(one: Elastic, region: str,
           tags: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        'AllocationId': one.allocation_id, 'PublicIp': one.public_ip,
        'PublicIpv4Pool': 'amazon', 'Domain': 'vpc',
        'NetworkBorderGroup': region, 'Tags': tagging.listed(tags)}
    if one.eni is not None:
        made |= {'AssociationId': one.association_id,
                 'NetworkInterfaceId': one.eni.id,
                 'NetworkInterfaceOwnerId': one.eni.owner_id,
                 'PrivateIpAddress': one.private_address,
                 'InstanceId': one.instance_id or ''}
    return made


def _of_eni(name: str) -> filtering.Values:
    return lambda one: [getattr(one.eni, name)] if one.eni else []


FILTERS: dict[str, filtering.Values] = {
    'allocation-id': lambda one: [one.allocation_id],
    'association-id': lambda one: [one.association_id],
    'instance-id': lambda one: [one.instance_id],
    'network-interface-id': _of_eni('id'),
    'network-interface-owner-id': _of_eni('owner_id'),
    'private-ip-address': lambda one: [one.private_address],
    'public-ip': lambda one: [one.public_ip],
}
"""What each filter of DescribeAddresses looks at."""
