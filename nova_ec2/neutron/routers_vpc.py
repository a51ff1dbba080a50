# SPDX-License-Identifier: Apache-2.0
"""The routes of one VPC, as the routers in it want them.

A router is a route table, which its subnets have. All routers of a VPC share
its one internet gateway. Only tables and gateways of ours are touched, and in
our tables only routes to internet and NAT gateways and to interfaces: an
operator's routes to a VPN, a transit gateway or a peered VPC stay.
"""

import contextlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.routing import InternetGateway, RouteTable
from nova_ec2.neutron import settling, subnet_blocks
from nova_ec2.neutron.routers_nat import Act, Nats
from nova_ec2.neutron.routers_wanted import Router
from nova_ec2.neutron.rules import EVERYWHERE
from nova_ec2.neutron.site import Site

LOG = logging.getLogger(__name__)

_OURS = ('igw-', 'nat-', 'eni-')


class VpcRouting:
    """Compares and puts right.

    :param act: how something is changed
    """

    def __init__(self, site: Site, vpc_id: str, act: Act) -> None:
        self._site = site
        self._vpc_id = vpc_id
        self._act = act
        self._nats = Nats(site, vpc_id, act)

    def apply(self, routers: Iterable[Router],
              hops: Mapping[str, str]) -> None:
        """Make the VPC as these routers want it, and no others.

        :param hops: interfaces by the address that routes lead to
        :raises QuotaExceeded: the account has no room for more
        """
        wanted = sorted(routers, key=lambda one: one.router_id)
        gateway = self._gateway()
        outward = [one for one in wanted if one.outward]
        if outward and gateway is None:
            gateway = self._make_gateway(outward[0].router_id)
        tables = self._tables()
        nats = self._nats.ensure(
            [one for one in outward
             if is_nat(self._site.options, one)], tables,
            gateway.gateway_id if gateway else '')
        kept = {self._router(one, tables, _routes(
            one, hops, gateway.gateway_id if gateway else '',
            nats.get(one.router_id))) for one in wanted}
        self._drop_tables(one for one in tables if one.table_id not in kept)
        self._nats.drop({one.router_id for one in outward
                         if is_nat(self._site.options, one)}, tables)
        if gateway and not outward:
            self._drop_gateway(gateway)

    # Tables

    def _tables(self) -> list[RouteTable]:
        return self._site.ec2.route_tables.find({'vpc-id': [self._vpc_id]})

    def _router(self, router: Router, tables: list[RouteTable],
                routes: Mapping[str, str]) -> str:
        """:returns: the router's table"""
        found = min((one for one in tables if self._is_of(one, router)),
                    key=lambda one: one.table_id, default=None)
        if found is None:
            found = self._act(self._make_table, router.router_id)
        self.set_routes(found, routes)
        self.set_subnets(found, {row.ec2_id for row in router.rows
                                 if row.ec2_id}, tables)
        return found.table_id

    def _is_of(self, table: RouteTable, router: Router) -> bool:
        return (self._site.ours(table.tags)
                and tag_keys.ROLE not in table.tags
                and table.tags.get(tag_keys.ROUTER) == router.router_id)

    def _make_table(self, router_id: str) -> RouteTable:
        made = self._site.ec2.route_tables.create(
            self._vpc_id, str(uuid.uuid4()),
            self._site.tags(router=router_id))
        LOG.info('%s was made for router %s', made.table_id, router_id)
        return made

    def set_routes(self, table: RouteTable,
                   routes: Mapping[str, str]) -> None:
        """Give a table these routes, of the kinds that are ours."""
        api = self._site.ec2.route_tables
        for to, target in routes.items():
            if to not in table.routes:
                self._act(_unless_there, api.add_route, table.table_id, to,
                          target)
            elif table.routes[to] != target:
                self._act(api.change_route, table.table_id, to, target)
        for to, target in table.routes.items():
            if to not in routes and target.startswith(_OURS):
                self._act(_unless_gone, api.drop_route, table.table_id, to)

    def set_subnets(self, table: RouteTable, subnets: set[str],
                    tables: Iterable[RouteTable]) -> None:
        """Give these VPC subnets this table, and no others."""
        api = self._site.ec2.route_tables
        held = {subnet_id: association for one in tables
                for subnet_id, association in one.associations.items()}
        for subnet_id in sorted(subnets - table.associations.keys()):
            if subnet_id in held:
                self._act(_unless_gone, api.replace, held[subnet_id],
                          table.table_id)
            else:
                self._act(_unless_there, api.associate, table.table_id,
                          subnet_id)
        for subnet_id, association in table.associations.items():
            if subnet_id not in subnets:
                self._act(_unless_gone, api.disassociate, association)

    def _drop_tables(self, tables: Iterable[RouteTable]) -> None:
        for one in tables:
            if (not self._site.ours(one.tags) or tag_keys.ROLE in one.tags
                    or tag_keys.ROUTER not in one.tags):
                continue
            for association in one.associations.values():
                self._act(_unless_gone,
                          self._site.ec2.route_tables.disassociate,
                          association)
            self._act(_unless_gone, self._site.ec2.route_tables.delete,
                      one.table_id)

    # The internet gateway

    def _gateway(self) -> InternetGateway | None:
        """That of the VPC, whosesoever."""
        found = self._site.ec2.internet_gateways.find(
            {'attachment.vpc-id': [self._vpc_id]})
        return found[0] if found else None

    def _make_gateway(self, router_id: str) -> InternetGateway:
        api = self._site.ec2.internet_gateways
        made: InternetGateway = self._act(
            settling.made,
            lambda: api.create(self._site.tags(router=router_id)),
            lambda: next(iter(loose_gateways(self._site, router_id)), None))
        try:
            api.attach(made.gateway_id, self._vpc_id)
        except exc.NovaEC2Error:
            there = self._gateway()
            if there is None or there.gateway_id != made.gateway_id:
                # Somebody was faster, or the VPC takes none.
                api.delete(made.gateway_id)
                if there is None:
                    raise
                return there
        LOG.info('%s was made for %s', made.gateway_id, self._vpc_id)
        return made

    def _drop_gateway(self, gateway: InternetGateway) -> None:
        if not (self._site.ours(gateway.tags)
                and tag_keys.ROUTER in gateway.tags):
            return
        self._act(drop_gateway, self._site, gateway)


def loose_gateways(site: Site, router_id: str = '') -> list[InternetGateway]:
    """Internet gateways of ours that no VPC has: a process died.

    :param router_id: made for this router; '' for any
    """
    return [one for one in site.ec2.internet_gateways.find(
        site.filters(tag_keys.ROUTER, router_id)) if not one.vpc_id]


def drop_gateway(site: Site, gateway: InternetGateway) -> None:
    """Delete an internet gateway of ours.

    One that public addresses use stays until they are gone.
    """
    api = site.ec2.internet_gateways
    try:
        if gateway.vpc_id:
            api.detach(gateway.gateway_id, gateway.vpc_id)
        api.delete(gateway.gateway_id)
    except exc.NotFound:
        return
    except exc.IncorrectState as error:
        LOG.info('%s stays for now: %s', gateway.gateway_id, error)


def is_nat(options: Any, router: Router) -> bool:
    """Whether a router with a gateway has a NAT gateway on EC2.

    :param options: the group ``[ml2_ec2]``
    """
    return bool(options.gateways == 'nat' and router.snat)


def _routes(router: Router, hops: Mapping[str, str], gateway_id: str,
            nat_id: str | None) -> dict[str, str]:
    """Targets by destination.

    :param nat_id: None where the router has no NAT gateway, '' where it is
        not made yet
    """
    made = {}
    if router.outward and gateway_id:
        out = gateway_id if nat_id is None else nat_id
        made = {EVERYWHERE[4]: out} if out else {}
        if any(row.version == 6 for row in router.rows):
            made[EVERYWHERE[6]] = gateway_id
    for to, hop in router.routes:
        if hop in hops:
            made[subnet_blocks.normal(to)] = hops[hop]
    return made


def _unless_gone(call: Act, *arguments: Any) -> None:
    with contextlib.suppress(exc.NotFound):
        call(*arguments)


def _unless_there(call: Act, *arguments: Any) -> None:
    with contextlib.suppress(exc.AlreadyExists):
        call(*arguments)
