# SPDX-License-Identifier: Apache-2.0
"""The actions on route tables that are ours."""

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import blocks, filtering, route_targets, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.route_tables import Network, Table

_CREATE = frozenset({'ClientToken', 'DryRun', 'TagSpecifications', 'VpcId'})
_DESCRIBE = frozenset({'DryRun', 'Filters', 'MaxResults', 'NextToken',
                       'RouteTableIds'})
_WHERE = frozenset({'DestinationCidrBlock', 'DestinationIpv6CidrBlock',
                    'DryRun', 'RouteTableId'})
_ROUTE = _WHERE | frozenset(route_targets.KINDS)


class RouteActions(Actions):
    """Mixed into the table of actions."""

    def create_route_table(self) -> Any:
        """CreateRouteTable, once per client token."""
        return self.world.tokens.once(self.call, self._create_table)

    def _create_table(self) -> ActionResult:
        only(self.params, _CREATE, 'CreateRouteTable')
        backend = self.ec2_backend
        vpc = backend.get_vpc(self._get_param('VpcId'))
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('route-table',))
        self.error_on_dryrun()
        made = backend.create_route_table(
            vpc.id, tags.get('route-table', {}))
        return ActionResult({'RouteTable': _shown(backend, made)})

    def describe_route_tables(self) -> Any:
        """DescribeRouteTables, by id or filter."""
        only(self.params, _DESCRIBE, 'DescribeRouteTables')
        backend = self.ec2_backend
        ids = self._get_param('RouteTableIds', [])
        found = ([backend.get_route_table(one) for one in dict.fromkeys(ids)]
                 if ids else backend.route_tables.values())
        self.error_on_dryrun()
        return ActionResult({'RouteTables': list(filtering.matching(
            [_shown(backend, one) for one in found],
            self.params.get('Filters'), FILTERS,
            lambda one: backend.tags_of(one['RouteTableId'])))})

    def delete_route_table(self) -> Any:
        """DeleteRouteTable."""
        only(self.params, frozenset({'DryRun', 'RouteTableId'}),
             'DeleteRouteTable')
        table = self._table()
        self.error_on_dryrun()
        self.ec2_backend.remove_table(table)
        return EmptyResult()

    def associate_route_table(self) -> Any:
        """AssociateRouteTable, with a subnet."""
        only(self.params, frozenset({'DryRun', 'RouteTableId', 'SubnetId'}),
             'AssociateRouteTable')
        backend, table = self.ec2_backend, self._table()
        subnet = backend.get_subnet(self._get_param('SubnetId'))
        self.error_on_dryrun()
        return _associated(backend.associate_table(table, subnet))

    def disassociate_route_table(self) -> Any:
        """DisassociateRouteTable."""
        only(self.params, frozenset({'AssociationId', 'DryRun'}),
             'DisassociateRouteTable')
        self.error_on_dryrun()
        self.ec2_backend.disassociate_table(
            self._get_param('AssociationId') or '')
        return EmptyResult()

    def replace_route_table_association(self) -> Any:
        """ReplaceRouteTableAssociation, the main one too."""
        only(self.params,
             frozenset({'AssociationId', 'DryRun', 'RouteTableId'}),
             'ReplaceRouteTableAssociation')
        table = self._table()
        self.error_on_dryrun()
        new = self.ec2_backend.replace_association(
            self._get_param('AssociationId') or '', table)
        return ActionResult({'NewAssociationId': new,
                             'AssociationState': {'State': 'associated'}})

    def create_route(self) -> Any:
        """CreateRoute."""
        self._route('CreateRoute', self.ec2_backend.add_route)
        return ActionResult({'Return': True})

    def replace_route(self) -> Any:
        """ReplaceRoute."""
        self._route('ReplaceRoute', self.ec2_backend.change_route)
        return EmptyResult()

    def delete_route(self) -> Any:
        """DeleteRoute."""
        only(self.params, _WHERE, 'DeleteRoute')
        table, block = self._table(), self._destination()
        self.error_on_dryrun()
        self.ec2_backend.remove_route(table, block)
        return EmptyResult()

    def _route(self, action: str, act: Any) -> None:
        only(self.params, _ROUTE, action)
        table, block = self._table(), self._destination()
        target = route_targets.read(
            self.ec2_backend, table, block, self.params)
        self.error_on_dryrun()
        act(table, block, target)

    def _table(self) -> Table:
        found: Table = self.ec2_backend.get_route_table(
            self._get_param('RouteTableId'))
        return found

    def _destination(self) -> Network:
        ipv4 = self._get_param('DestinationCidrBlock')
        ipv6 = self._get_param('DestinationIpv6CidrBlock')
        if bool(ipv4) == bool(ipv6):
            raise Refusal('InvalidParameterCombination',
                          'Exactly one destination must be specified.')
        return (blocks.ipv4(ipv4, 'destinationCidrBlock') if ipv4
                else blocks.ipv6(ipv6, 'destinationIpv6CidrBlock'))


def _associated(association_id: str) -> ActionResult:
    return ActionResult({'AssociationId': association_id,
                         'AssociationState': {'State': 'associated'}})


def _shown(backend: Any, table: Table) -> dict[str, Any]:
    return {
        'RouteTableId': table.id, 'VpcId': table.vpc_id,
        'OwnerId': backend.account_id, 'PropagatingVgws': [],
        'Associations': list(_associations(table)),
        'Routes': list(_routes(backend, table)),
        'Tags': tagging.listed(backend.tags_of(table.id))}


def _associations(table: Table) -> Iterator[dict[str, Any]]:
    state = {'RouteTableId': table.id,
             'AssociationState': {'State': 'associated'}}
    if table.main:
        yield {**state, 'Main': True, 'RouteTableAssociationId': table.main}
    for key, subnet_id in table.subnets.items():
        yield {**state, 'Main': False, 'RouteTableAssociationId': key,
               'SubnetId': subnet_id}


def _routes(backend: Any, table: Table) -> Iterator[dict[str, Any]]:
    for block in backend.local_routes(table):
        yield {_name(block): str(block), 'GatewayId': 'local',
               'Origin': 'CreateRouteTable', 'State': 'active'}
    for block, target in table.routes.items():
        there = route_targets.is_there(backend, table, target)
        yield {_name(block): str(block), 'Origin': 'CreateRoute',
               'State': 'active' if there else 'blackhole',
               **route_targets.shown(backend, table, target)}


def _name(block: Network) -> str:
    return ('DestinationCidrBlock' if block.version == 4
            else 'DestinationIpv6CidrBlock')


def _each(key: str, name: str) -> filtering.Values:
    return lambda table: [one.get(name) for one in table[key]]


FILTERS: dict[str, filtering.Values] = {
    'route-table-id': lambda one: [one['RouteTableId']],
    'vpc-id': lambda one: [one['VpcId']],
    'owner-id': lambda one: [one['OwnerId']],
    'association.main': lambda one: [
        str(each['Main']).lower() for each in one['Associations']],
    **{f'association.{name}': _each('Associations', key)
       for name, key in (
           ('route-table-association-id', 'RouteTableAssociationId'),
           ('route-table-id', 'RouteTableId'),
           ('subnet-id', 'SubnetId'))},
    **{f'route.{name}': _each('Routes', key)
       for name, key in (
           ('destination-cidr-block', 'DestinationCidrBlock'),
           ('destination-ipv6-cidr-block', 'DestinationIpv6CidrBlock'),
           ('gateway-id', 'GatewayId'), ('instance-id', 'InstanceId'),
           ('nat-gateway-id', 'NatGatewayId'), ('origin', 'Origin'),
           ('state', 'State'),
           ('egress-only-internet-gateway-id',
            'EgressOnlyInternetGatewayId'))},
}
"""What each filter of DescribeRouteTables looks at."""
