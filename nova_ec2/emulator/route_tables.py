# SPDX-License-Identifier: Apache-2.0
"""Route tables: one is a VPC's main one, others are for some subnets.

"Route tables", Amazon VPC User Guide.
"""

import dataclasses
import ipaddress
from typing import Any

from moto.ec2.models.route_tables import RouteBackend
from moto.ec2.utils import random_route_table_id, random_subnet_association_id

from nova_ec2.emulator.errors import Refusal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Where a route leads.

    :param kind: CreateRoute's parameter, as ``NatGatewayId``
    """

    kind: str
    resource_id: str


@dataclasses.dataclass(eq=False, slots=True)
class Table:
    """A route table; the local routes follow from its VPC's blocks.

    :param main: the id of its association with the whole VPC, or None
    :param subnets: subnets by the ids of their associations
    """

    id: str
    vpc_id: str
    main: str | None = None
    subnets: dict[str, str] = dataclasses.field(default_factory=dict)
    routes: dict[Network, Target] = dataclasses.field(default_factory=dict)


class RouteTables(RouteBackend):
    """The part of the backend that keeps them."""

    world: Any
    tags: Any
    vpcs: Any
    blocks_of: Any
    ipv6_blocks_of: Any
    route_tables: dict[str, Any]

    def create_route_table(self, vpc_id: str, tags: Any = None,
                           main: bool = False) -> Any:
        """CreateRouteTable, and the main one of a new VPC."""
        made = Table(random_route_table_id(), vpc_id,
                     random_subnet_association_id() if main else None)
        self.route_tables[made.id] = made
        self.tags[made.id].update(tags or {})
        return made

    def get_route_table(self, route_table_id: str) -> Any:
        """One table; NotFound where there is none."""
        if route_table_id not in self.route_tables:
            raise Refusal('InvalidRouteTableID.NotFound',
                          f"The routeTable ID '{route_table_id}' does not "
                          'exist')
        return self.route_tables[route_table_id]

    def tables_of(self, vpc_id: str) -> list[Any]:
        """The tables of a VPC."""
        return [one for one in self.route_tables.values()
                if one.vpc_id == vpc_id]

    def remove_table(self, table: Table) -> None:
        """DeleteRouteTable: no main one, none with associations."""
        if table.main or table.subnets:
            raise Refusal('DependencyViolation',
                          f"The routeTable '{table.id}' has dependencies "
                          'and cannot be deleted.')
        self.forget_table(table)

    def forget_table(self, table: Table) -> None:
        """It goes, with its tags."""
        del self.route_tables[table.id]
        self.tags.pop(table.id, None)

    def forget_subnet_route(self, subnet_id: str) -> None:
        """A subnet went: no table is its."""
        for table in self.route_tables.values():
            for key, one in list(table.subnets.items()):
                if one == subnet_id:
                    del table.subnets[key]

    def associate_table(self, table: Table, subnet: Any) -> str:
        """AssociateRouteTable; the association's id."""
        _check_vpc(table, subnet)
        for other in self.route_tables.values():
            for key, one in other.subnets.items():
                if one != subnet.id:
                    continue
                if other is table:
                    return str(key)
                raise Refusal('Resource.AlreadyAssociated',
                              'the specified association for route table '
                              f'{table.id} conflicts with an existing '
                              'association')
        key = random_subnet_association_id()
        table.subnets[key] = subnet.id
        return key

    def disassociate_table(self, association_id: str) -> None:
        """DisassociateRouteTable; the main one stays."""
        table = self._by_association(association_id)
        if table.main == association_id:
            raise Refusal('InvalidParameterValue',
                          'cannot disassociate the main route table '
                          f'association {association_id}')
        del table.subnets[association_id]

    def replace_association(self, association_id: str, table: Table) -> str:
        """ReplaceRouteTableAssociation; the new association's id."""
        before = self._by_association(association_id)
        if before.vpc_id != table.vpc_id:
            raise _different(table.id, before.vpc_id)
        new = random_subnet_association_id()
        if before.main == association_id:
            before.main = None
            table.main = new
        else:
            table.subnets[new] = before.subnets.pop(association_id)
        return new

    def _by_association(self, association_id: str) -> Table:
        for table in self.route_tables.values():
            if association_id in (table.main, *table.subnets):
                found: Table = table
                return found
        raise Refusal('InvalidAssociationID.NotFound',
                      f"The association ID '{association_id}' does not "
                      'exist')

    def local_routes(self, table: Table) -> list[Network]:
        """The blocks that are reached within the VPC."""
        vpc = self.vpcs[table.vpc_id]
        return [*self.blocks_of(vpc), *self.ipv6_blocks_of(vpc)]

    def add_route(self, table: Table, block: Network,
                  target: Target) -> None:
        """CreateRoute; one to there must not exist."""
        local = self.local_routes(table)
        if block in table.routes or block in local:
            raise Refusal('RouteAlreadyExists',
                          f'The route identified by {block} already exists.')
        self._check_specific(block, local, target)
        if len(table.routes) >= self.world.settings.routes_limit:
            raise Refusal('RouteLimitExceeded',
                          'The maximum number of routes has been reached.')
        table.routes[block] = target

    def change_route(self, table: Table, block: Network,
                     target: Target) -> None:
        """ReplaceRoute; one to there must exist, no local one."""
        if block in self.local_routes(table):
            raise Refusal('InvalidParameterValue',
                          f'cannot replace local route {block} in route '
                          f'table {table.id}')
        if block not in table.routes:
            raise Refusal('InvalidParameterValue',
                          f"There is no route defined for '{block}' in the "
                          'route table. Use CreateRoute instead.')
        table.routes[block] = target

    def remove_route(self, table: Table, block: Network) -> None:
        """DeleteRoute; a local one stays."""
        if block in self.local_routes(table):
            raise Refusal('InvalidParameterValue',
                          f'cannot remove local route {block} in route '
                          f'table {table.id}')
        if block not in table.routes:
            raise Refusal('InvalidRoute.NotFound',
                          'no route with destination-cidr-block '
                          f'{block} in route table {table.id}')
        del table.routes[block]

    def _check_specific(self, block: Network, local: list[Network],
                        target: Target) -> None:
        """Within the VPC a route leads to an interface, or nowhere."""
        if target.kind == 'NetworkInterfaceId':
            return
        for one in local:
            if (one.version == block.version
                    and block.subnet_of(one)):  # type: ignore[arg-type]
                raise Refusal('InvalidParameterValue',
                              f'The destination CIDR block {block} is equal '
                              "to or more specific than one of this VPC's "
                              'CIDR blocks. This route can target only an '
                              'interface or an instance.')


def _check_vpc(table: Table, subnet: Any) -> None:
    if table.vpc_id != subnet.vpc_id:
        raise _different(table.id, subnet.id)


def _different(one: str, other: str) -> Refusal:
    return Refusal('InvalidParameterValue',
                   f'{one} and {other} belong to different networks')
