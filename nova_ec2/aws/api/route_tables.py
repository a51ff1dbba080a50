# SPDX-License-Identifier: Apache-2.0
"""Route tables: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.routing import RouteTable

# Which parameter names a target, by the beginning of its id.
_TARGETS = {'igw': 'GatewayId', 'vgw': 'GatewayId', 'nat': 'NatGatewayId',
            'eni': 'NetworkInterfaceId'}
_MADE = 'CreateRoute'


class RouteTables:
    """Create, Delete, Describe, their associations and routes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, vpc_id: str, token: str,
               tags: Mapping[str, str]) -> RouteTable:
        """CreateRouteTable, once a token.

        :raises QuotaExceeded: the VPC has no room for more
        """
        answer = self._call(
            'create_route_table', VpcId=vpc_id, ClientToken=token,
            TagSpecifications=pages.tagged('route-table', tags))
        return _table(answer['RouteTable'])

    def delete(self, table_id: str) -> None:
        """DeleteRouteTable.

        :raises NotFound: it is gone already
        :raises IncorrectState: a subnet has it
        """
        self._call('delete_route_table', RouteTableId=table_id)

    def associate(self, table_id: str, subnet_id: str) -> None:
        """AssociateRouteTable; doing it twice is once.

        :raises AlreadyExists: the subnet has another one
        """
        self._call('associate_route_table', RouteTableId=table_id,
                   SubnetId=subnet_id)

    def replace(self, association_id: str, table_id: str) -> None:
        """Give a subnet this table (ReplaceRouteTableAssociation).

        :raises NotFound: the association is gone, perhaps by this call
            itself, whose first reply was lost
        """
        self._call('replace_route_table_association',
                   AssociationId=association_id, RouteTableId=table_id)

    def disassociate(self, association_id: str) -> None:
        """Its subnet gets the main table (DisassociateRouteTable).

        :raises NotFound: the association is gone
        """
        self._call('disassociate_route_table', AssociationId=association_id)

    def add_route(self, table_id: str, destination: str,
                  target: str) -> None:
        """CreateRoute.

        :param target: an internet gateway, a NAT gateway or an interface
        :raises AlreadyExists: there is one to this destination
        :raises InvalidRequest: the target is of no use for it
        """
        self._call('create_route', RouteTableId=table_id,
                   **_destination(destination), **_target(target))

    def change_route(self, table_id: str, destination: str,
                     target: str) -> None:
        """ReplaceRoute."""
        self._call('replace_route', RouteTableId=table_id,
                   **_destination(destination), **_target(target))

    def drop_route(self, table_id: str, destination: str) -> None:
        """DeleteRoute.

        :raises NotFound: there is none
        """
        self._call('delete_route', RouteTableId=table_id,
                   **_destination(destination))

    def find(self, filters: Mapping[str, Sequence[str]]
             ) -> list[RouteTable]:
        """Those that pass all filters (DescribeRouteTables)."""
        return [_table(raw) for raw in _pages(self._caller, filters)]


def _pages(caller: Caller, filters: Mapping[str, Sequence[str]]
           ) -> Sequence[Mapping[str, Any]]:
    # A page of this action holds fewer than those of others.
    return list(pages.pages(caller, 'describe_route_tables', 'RouteTables',
                            filters, size=100))


def _destination(block: str) -> dict[str, Any]:
    return {'DestinationIpv6CidrBlock' if ':' in block
            else 'DestinationCidrBlock': block}


def _target(resource_id: str) -> dict[str, Any]:
    return {_TARGETS[resource_id.partition('-')[0]]: resource_id}


def _table(raw: Mapping[str, Any]) -> RouteTable:
    associations = raw.get('Associations', ())
    return RouteTable(
        table_id=raw['RouteTableId'], vpc_id=raw.get('VpcId', ''),
        main=any(one.get('Main') for one in associations),
        associations={one['SubnetId']: one['RouteTableAssociationId']
                      for one in associations if one.get('SubnetId')},
        routes={_block(one): _of(one) for one in raw.get('Routes', ())
                if one.get('Origin') == _MADE},
        tags=parsing.tags(raw))


def _block(raw: Mapping[str, Any]) -> str:
    return str(raw.get('DestinationCidrBlock')
               or raw.get('DestinationIpv6CidrBlock')
               or raw.get('DestinationPrefixListId', ''))


def _of(raw: Mapping[str, Any]) -> str:
    """The target; EC2 names an interface beside its instance."""
    return str(next((value for key, value in sorted(raw.items())
                     if key.endswith('Id') and value and key not in (
                         'InstanceId', 'InstanceOwnerId',
                         'DestinationPrefixListId')), ''))
