# SPDX-License-Identifier: Apache-2.0
"""The actions on subnets that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import blocks, filtering, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only

_CREATE = frozenset({'AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock',
                     'DryRun', 'Ipv6CidrBlock', 'TagSpecifications',
                     'VpcId'})
_DESCRIBE = frozenset({'DryRun', 'Filters', 'MaxResults', 'NextToken',
                       'SubnetIds'})
_ATTRIBUTES = {
    'AssignIpv6AddressOnCreation': 'assign_ipv6_address_on_creation',
    'MapPublicIpOnLaunch': 'map_public_ip_on_launch'}


class SubnetActions(Actions):
    """Mixed into the table of actions."""

    def create_subnet(self) -> Any:
        """CreateSubnet, with tags."""
        only(self.params, _CREATE, 'CreateSubnet')
        backend = self.ec2_backend
        vpc = backend.get_vpc(self._get_param('VpcId'))
        block = blocks.ipv4(self._get_param('CidrBlock'))
        wanted = self._get_param('Ipv6CidrBlock')
        zone = backend.zone(self._get_param('AvailabilityZone'),
                            self._get_param('AvailabilityZoneId'))
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('subnet',))
        self.error_on_dryrun()
        made = backend.new_subnet(
            vpc, block, blocks.ipv6(wanted) if wanted else None, zone,
            tags.get('subnet', {}))
        return ActionResult({'Subnet': _shown(made)})

    def describe_subnets(self) -> Any:
        """DescribeSubnets, by id or filter."""
        only(self.params, _DESCRIBE, 'DescribeSubnets')
        backend = self.ec2_backend
        ids = self._get_param('SubnetIds', [])
        found = ([backend.get_subnet(one) for one in dict.fromkeys(ids)]
                 if ids else [one for zone in backend.subnets.values()
                              for one in zone.values()])
        self.error_on_dryrun()
        return ActionResult({'Subnets': [
            _shown(one) for one in filtering.matching(
                found, self.params.get('Filters'), FILTERS,
                lambda one: backend.tags_of(one.id))]})

    def delete_subnet(self) -> Any:
        """DeleteSubnet."""
        only(self.params, frozenset({'DryRun', 'SubnetId'}), 'DeleteSubnet')
        subnet = self._subnet()
        self.error_on_dryrun()
        self.ec2_backend.remove_subnet(subnet)
        return EmptyResult()

    def modify_subnet_attribute(self) -> Any:
        """ModifySubnetAttribute, one at a time."""
        only(self.params, frozenset({'SubnetId', *_ATTRIBUTES}),
             'ModifySubnetAttribute')
        names = [name for name in _ATTRIBUTES if self.params.get(name)]
        if len(names) != 1:
            raise Refusal('InvalidParameterCombination',
                          'Exactly one attribute is modified at a time, not '
                          f'these: {", ".join(names) or "none"}')
        subnet = self._subnet()
        value = bool(self.params[names[0]].get('Value'))
        if (value and names == ['AssignIpv6AddressOnCreation']
                and not subnet.ipv6_cidr_block_association_set):
            raise Refusal('InvalidParameterValue',
                          "Invalid value 'true' for "
                          'assignIpv6AddressOnCreation. Subnet '
                          f'{subnet.id} has no IPv6 CIDR block.')
        setattr(subnet, _ATTRIBUTES[names[0]], value)
        return EmptyResult()

    def associate_subnet_cidr_block(self) -> Any:
        """AssociateSubnetCidrBlock, one IPv6 block."""
        only(self.params, frozenset({'Ipv6CidrBlock', 'SubnetId'}),
             'AssociateSubnetCidrBlock')
        backend, subnet = self.ec2_backend, self._subnet()
        block = blocks.ipv6(self._get_param('Ipv6CidrBlock'))
        if subnet.ipv6_cidr_block_association_set:
            raise Refusal('CidrLimitExceeded',
                          f'This subnet {subnet.id} has met its maximum '
                          'number of allowed CIDRs.')
        backend.check_ipv6(backend.get_vpc(subnet.vpc_id), block)
        made = subnet.attach_ipv6_cidr_block_associations(str(block))
        return _association(subnet, made, 'associating')

    def disassociate_subnet_cidr_block(self) -> Any:
        """DisassociateSubnetCidrBlock."""
        only(self.params, frozenset({'AssociationId'}),
             'DisassociateSubnetCidrBlock')
        subnet, gone = self.ec2_backend.disassociate_subnet_ipv6(
            self._get_param('AssociationId') or '')
        return _association(subnet, gone, 'disassociating')

    def _subnet(self) -> Any:
        return self.ec2_backend.get_subnet(self._get_param('SubnetId'))


def _association(subnet: Any, one: Any, state: str) -> ActionResult:
    return ActionResult({'SubnetId': subnet.id,
                         'Ipv6CidrBlockAssociation': _ipv6(one, state)})


def _ipv6(one: Any, state: str) -> dict[str, Any]:
    return {'AssociationId': one['associationId'],
            'Ipv6CidrBlock': one['ipv6CidrBlock'],
            'Ipv6CidrBlockState': {'State': state}}


def _shown(one: Any) -> dict[str, Any]:
    backend = one.ec2_backend
    return {
        'SubnetId': one.id, 'VpcId': one.vpc_id, 'State': one.state,
        'CidrBlock': one.cidr_block, 'OwnerId': one.owner_id,
        'AvailabilityZone': one.availability_zone,
        'AvailabilityZoneId': one.availability_zone_id,
        'AvailableIpAddressCount': backend.address_book(one).free,
        'DefaultForAz': one.default_for_az,
        'MapPublicIpOnLaunch': one.map_public_ip_on_launch,
        'AssignIpv6AddressOnCreation': one.assign_ipv6_address_on_creation,
        'MapCustomerOwnedIpOnLaunch': False, 'EnableDns64': False,
        'Ipv6Native': False, 'SubnetArn': one.arn,
        'Ipv6CidrBlockAssociationSet': [
            _ipv6(each, 'associated')
            for each in one.ipv6_cidr_block_associations.values()],
        'PrivateDnsNameOptionsOnLaunch':
            one.private_dns_name_options_on_launch,
        'Tags': tagging.listed(backend.tags_of(one.id))}


def _zone(one: Any) -> list[Any]:
    return [one.availability_zone]


def _zone_id(one: Any) -> list[Any]:
    return [one.availability_zone_id]


def _block(one: Any) -> list[Any]:
    return [one.cidr_block]


def _default(one: Any) -> list[Any]:
    return [str(one.default_for_az).lower()]


FILTERS: dict[str, filtering.Values] = {
    'subnet-id': lambda one: [one.id],
    'subnet-arn': lambda one: [one.arn],
    'vpc-id': lambda one: [one.vpc_id],
    'owner-id': lambda one: [one.owner_id],
    'state': lambda one: [one.state],
    'availability-zone': _zone, 'availabilityZone': _zone,
    'availability-zone-id': _zone_id, 'availabilityZoneId': _zone_id,
    'cidr-block': _block, 'cidr': _block, 'cidrBlock': _block,
    'default-for-az': _default, 'defaultForAz': _default,
    'available-ip-address-count': lambda one: [
        one.ec2_backend.address_book(one).free],
    'map-public-ip-on-launch': lambda one: [
        str(one.map_public_ip_on_launch).lower()],
    'ipv6-cidr-block-association.ipv6-cidr-block': lambda one: [
        each['ipv6CidrBlock']
        for each in one.ipv6_cidr_block_associations.values()],
    'ipv6-cidr-block-association.association-id': lambda one: list(
        one.ipv6_cidr_block_associations),
}
"""What each filter of DescribeSubnets looks at."""
