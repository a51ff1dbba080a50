# SPDX-License-Identifier: Apache-2.0
"""The actions on VPCs that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import blocks, filtering, tagging, vpcs
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only

_CREATE = frozenset({'AmazonProvidedIpv6CidrBlock', 'CidrBlock', 'DryRun',
                     'InstanceTenancy', 'TagSpecifications'})
_ASSOCIATE = frozenset({'AmazonProvidedIpv6CidrBlock', 'CidrBlock', 'VpcId'})
_DESCRIBE = frozenset({'DryRun', 'Filters', 'MaxResults', 'NextToken',
                       'VpcIds'})
_ATTRIBUTES = {'EnableDnsHostnames': 'enable_dns_hostnames',
               'EnableDnsSupport': 'enable_dns_support'}


class VpcActions(Actions):
    """Mixed into the table of actions."""

    def create_vpc(self) -> Any:
        """CreateVpc, with tags; the answer says pending."""
        only(self.params, _CREATE, 'CreateVpc')
        if self._get_param('InstanceTenancy', 'default') != 'default':
            raise Refusal('UnsupportedOperation',
                          'This emulator has shared tenancy only.')
        block = blocks.ipv4(self._get_param('CidrBlock'))
        blocks.check_new(block)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('vpc',))
        self.error_on_dryrun()
        vpc = self.ec2_backend.new_vpc(
            block, bool(self._get_param('AmazonProvidedIpv6CidrBlock')),
            tags.get('vpc', {}))
        return ActionResult({'Vpc': {**_shown(vpc), 'State': 'pending'}})

    def describe_vpcs(self) -> Any:
        """DescribeVpcs, by id or filter."""
        only(self.params, _DESCRIBE, 'DescribeVpcs')
        backend = self.ec2_backend
        ids = self._get_param('VpcIds', [])
        found = ([backend.get_vpc(one) for one in dict.fromkeys(ids)]
                 if ids else list(backend.vpcs.values()))
        self.error_on_dryrun()
        return ActionResult({'Vpcs': [
            _shown(one) for one in filtering.matching(
                found, self.params.get('Filters'), FILTERS,
                lambda one: backend.tags_of(one.id))]})

    def delete_vpc(self) -> Any:
        """DeleteVpc."""
        only(self.params, frozenset({'DryRun', 'VpcId'}), 'DeleteVpc')
        vpc = self.ec2_backend.get_vpc(self._get_param('VpcId'))
        self.error_on_dryrun()
        self.ec2_backend.remove_vpc(vpc)
        return EmptyResult()

    def modify_vpc_attribute(self) -> Any:
        """ModifyVpcAttribute, one at a time."""
        only(self.params, frozenset({'VpcId', *_ATTRIBUTES}),
             'ModifyVpcAttribute')
        names = [name for name in _ATTRIBUTES if self.params.get(name)]
        if len(names) != 1:
            raise Refusal('InvalidParameterCombination',
                          'Exactly one attribute is modified at a time, not '
                          f'these: {", ".join(names) or "none"}')
        vpc = self.ec2_backend.get_vpc(self._get_param('VpcId'))
        setattr(vpc, _ATTRIBUTES[names[0]],
                bool(self.params[names[0]].get('Value')))
        return EmptyResult()

    def associate_vpc_cidr_block(self) -> Any:
        """AssociateVpcCidrBlock, an IPv4 block or one of Amazon's IPv6."""
        only(self.params, _ASSOCIATE, 'AssociateVpcCidrBlock')
        backend = self.ec2_backend
        vpc = backend.get_vpc(self._get_param('VpcId'))
        block = self._get_param('CidrBlock')
        ipv6 = bool(self._get_param('AmazonProvidedIpv6CidrBlock'))
        if bool(block) == ipv6:
            raise Refusal('InvalidParameterCombination',
                          'Either an IPv4 CIDR block or an Amazon-provided '
                          'IPv6 CIDR block must be specified.')
        made = (backend.associate_ipv6(vpc) if ipv6
                else backend.associate_block(vpc, blocks.ipv4(block)))
        return _association(vpc, made, 'associating')

    def disassociate_vpc_cidr_block(self) -> Any:
        """DisassociateVpcCidrBlock."""
        only(self.params, frozenset({'AssociationId'}),
             'DisassociateVpcCidrBlock')
        vpc, gone = self.ec2_backend.disassociate_block(
            self._get_param('AssociationId') or '')
        return _association(vpc, gone, 'disassociating')


def _association(vpc: Any, one: Any, state: str) -> ActionResult:
    ipv6 = vpcs.is_ipv6(one)
    shown = (_ipv6 if ipv6 else _ipv4)(one, state)
    return ActionResult({
        'VpcId': vpc.id,
        'Ipv6CidrBlockAssociation' if ipv6 else 'CidrBlockAssociation':
            shown})


def _ipv4(one: Any, state: str) -> dict[str, Any]:
    return {'AssociationId': one['association_id'],
            'CidrBlock': one['cidr_block'],
            'CidrBlockState': {'State': state}}


def _ipv6(one: Any, state: str) -> dict[str, Any]:
    return {'AssociationId': one['association_id'],
            'Ipv6CidrBlock': one['cidr_block'], 'Ipv6Pool': 'Amazon',
            'Ipv6CidrBlockState': {'State': state}}


def _shown(vpc: Any) -> dict[str, Any]:
    associations = vpc._cidr_block_association_set.values()
    return {
        'VpcId': vpc.id, 'CidrBlock': vpc.cidr_block, 'State': vpc.state,
        'IsDefault': vpc.is_default, 'OwnerId': vpc.owner_id,
        'DhcpOptionsId': vpc.dhcp_options_id, 'InstanceTenancy': 'default',
        'CidrBlockAssociationSet': [
            _ipv4(one, one['cidr_block_state']['state'])
            for one in associations if not vpcs.is_ipv6(one)],
        'Ipv6CidrBlockAssociationSet': [
            _ipv6(one, one['cidr_block_state']['state'])
            for one in associations if vpcs.is_ipv6(one)],
        'Tags': tagging.listed(vpc.ec2_backend.tags_of(vpc.id))}


def _each(ipv6: bool, read: Any) -> filtering.Values:
    return lambda vpc: [
        read(one) for one in vpc._cidr_block_association_set.values()
        if vpcs.is_ipv6(one) is ipv6]


FILTERS: dict[str, filtering.Values] = {
    'cidr': lambda one: [one.cidr_block],
    'dhcp-options-id': lambda one: [one.dhcp_options_id],
    'is-default': lambda one: [str(one.is_default).lower()],
    'isDefault': lambda one: [str(one.is_default).lower()],
    'owner-id': lambda one: [one.owner_id],
    'state': lambda one: [one.state],
    'vpc-id': lambda one: [one.id],
    **{f'{prefix}cidr-block-association.{name}': _each(ipv6, read)
       for prefix, ipv6 in (('', False), ('ipv6-', True))
       for name, read in (
           (f'{prefix}cidr-block', lambda one: one['cidr_block']),
           ('association-id', lambda one: one['association_id']),
           ('state', lambda one: one['cidr_block_state']['state']))},
}
"""What each filter of DescribeVpcs looks at."""
