# SPDX-License-Identifier: Apache-2.0
"""NAT gateways of routers, where ``[ml2_ec2] gateways`` is ``nat``.

Such a gateway needs an Elastic IP and a VPC subnet whose way out is the
internet gateway. That subnet, a /28, is the last free one of the VPC's first
block; servers are never in it. It all takes EC2 minutes, for which nobody
waits: what cannot be done yet is done in a later round.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.network import Subnet
from nova_ec2.models.routing import NatGateway, RouteTable
from nova_ec2.neutron import settling, subnet_blocks
from nova_ec2.neutron.routers_wanted import Router
from nova_ec2.neutron.rules import EVERYWHERE
from nova_ec2.neutron.site import Site

LOG = logging.getLogger(__name__)

Act = Callable[..., Any]
"""Calls its first argument with the others, or does not."""

_OUT = EVERYWHERE[4]


class Nats:
    """Those of one VPC.

    :param act: how something is changed
    """

    def __init__(self, site: Site, vpc_id: str, act: Act) -> None:
        self._site = site
        self._vpc_id = vpc_id
        self._act = act

    def ensure(self, routers: Iterable[Router],
               tables: Iterable[RouteTable],
               gateway_id: str) -> dict[str, str]:
        """Have the NAT gateways of these routers.

        :param gateway_id: the VPC's internet gateway
        :returns: their ids by router; '' where it is not there yet
        :raises QuotaExceeded: there are no more addresses or gateways
        """
        routers = list(routers)
        found = self._found() if routers else []
        return {one.router_id: self._one(one, found, tables, gateway_id)
                for one in routers}

    def _one(self, router: Router, found: Iterable[NatGateway],
             tables: Iterable[RouteTable], gateway_id: str) -> str:
        mine = [one for one in found
                if one.tags.get(tag_keys.ROUTER) == router.router_id]
        for one in sorted(mine, key=lambda one: one.gateway_id):
            if one.works:
                return one.gateway_id
            if one.failure:
                LOG.error('%s of router %s failed; it is tried again when '
                          'EC2 has forgotten it, after about an hour: %s',
                          one.gateway_id, router.router_id, one.failure)
        if mine:
            return ''
        return str(self._act(self._make, router, tables, gateway_id))

    def _make(self, router: Router, tables: Iterable[RouteTable],
              gateway_id: str) -> str:
        zone = router.rows[0].zone
        subnet = self._subnet(router.router_id) or self._make_subnet(
            router.router_id, zone)
        self._way_out(router.router_id, subnet, tables, gateway_id)
        made = self._site.ec2.nat_gateways.create(
            subnet.subnet_id, self._address(router.router_id),
            str(uuid.uuid4()), self._site.tags(router=router.router_id))
        LOG.info('%s was made for router %s', made.gateway_id,
                 router.router_id)
        return made.gateway_id

    def _make_subnet(self, router_id: str, zone: str) -> Subnet:
        api = self._site.ec2.subnets
        vpc = self._site.ec2.vpcs.get(self._vpc_id)
        cidr = vpc and subnet_blocks.last_free(
            vpc.cidr, subnet_blocks.SMALLEST,
            [one.cidr for one in api.find({'vpc-id': [self._vpc_id]})])
        if not cidr:
            raise exc.NetworkRefused(
                f'{self._vpc_id} has no room left for the '
                f'/{subnet_blocks.SMALLEST} of a NAT gateway ([ml2_ec2] '
                f'gateways): leave some of its first block free')
        tags = self._public(router_id)
        made = settling.made(
            lambda: api.create(self._vpc_id, cidr, zone, tags),
            lambda: self._subnet(router_id))
        return settling.settled(
            lambda: api.describe([made.subnet_id]).get(made.subnet_id),
            lambda one: one.state == 'available', made.subnet_id)

    def _way_out(self, router_id: str, subnet: Subnet,
                 tables: Iterable[RouteTable], gateway_id: str) -> None:
        api = self._site.ec2.route_tables
        table = next(iter(self._tables(router_id, tables)), None)
        if table is None:
            table = api.create(self._vpc_id, str(uuid.uuid4()),
                               self._public(router_id))
        if table.routes.get(_OUT) != gateway_id:
            change = (api.change_route if _OUT in table.routes
                      else api.add_route)
            change(table.table_id, _OUT, gateway_id)
        api.associate(table.table_id, subnet.subnet_id)

    def _address(self, router_id: str) -> str:
        api, tags = self._site.ec2.addresses, self._site.tags(
            router=router_id)
        found = api.find(tags)
        if found:
            return found[0].allocation_id
        return settling.made(
            lambda: api.allocate(tags),
            lambda: next(iter(api.find(tags)), None)).allocation_id

    # As they go

    def drop(self, kept: set[str], tables: Iterable[RouteTable]) -> None:
        """Delete those of all other routers, as far as EC2 lets it.

        :param kept: routers that have one
        """
        tables = list(tables)
        found = self._found()
        there = {one.tags.get(tag_keys.ROUTER, '') for one in found
                 if one.state != 'failed'}
        for one in found:
            if one.works and one.tags.get(tag_keys.ROUTER) not in kept:
                self._act(self._gone, self._site.ec2.nat_gateways.delete,
                          one.gateway_id)
        for table in tables:
            if self._is_public(table.tags) and table.tags.get(
                    tag_keys.ROUTER, '') not in kept | there:
                self._act(self._drop_public, table)
        for lies in self._site.ec2.subnets.find(
                {'vpc-id': [self._vpc_id]}):
            if self._is_public(lies.tags) and lies.tags.get(
                    tag_keys.ROUTER, '') not in kept | there:
                self._act(self._gone, self._site.ec2.subnets.delete,
                          lies.subnet_id)

    def _drop_public(self, table: RouteTable) -> None:
        api = self._site.ec2.route_tables
        for association in table.associations.values():
            self._gone(api.disassociate, association)
        self._gone(api.delete, table.table_id)

    @staticmethod
    def _gone(call: Act, resource_id: str) -> None:
        try:
            call(resource_id)
        except exc.NotFound:
            return
        except exc.IncorrectState as error:
            LOG.info('%s stays for now: %s', resource_id, error)

    # What is there

    def _found(self) -> list[NatGateway]:
        return [one for one in self._site.ec2.nat_gateways.find(
            {'vpc-id': [self._vpc_id]})
            if one.is_there and self._site.ours(one.tags)
            and tag_keys.ROUTER in one.tags]

    def _subnet(self, router_id: str) -> Subnet | None:
        found = self._site.ec2.subnets.find({
            'vpc-id': [self._vpc_id],
            **pages.with_tags(self._public(router_id))})
        return next(iter(found), None)

    def _tables(self, router_id: str, tables: Iterable[RouteTable]
                ) -> list[RouteTable]:
        return [one for one in tables if self._is_public(one.tags)
                and one.tags.get(tag_keys.ROUTER) == router_id]

    def _is_public(self, tags: Mapping[str, str]) -> bool:
        return (self._site.ours(tags)
                and tags.get(tag_keys.ROLE) == tag_keys.ROLE_PUBLIC)

    def _public(self, router_id: str) -> dict[str, str]:
        return self._site.tags(router=router_id,
                               role=tag_keys.ROLE_PUBLIC)


def release_addresses(site: Site, routers: set[str]) -> list[str]:
    """Addresses of NAT gateways that are gone, to be released.

    :param routers: that have a NAT gateway, or are to have one
    :returns: ids of the allocations
    """
    return [one.allocation_id for one in site.ec2.addresses.find(site.tags())
            if tag_keys.ROUTER in one.tags and not one.association_id
            and one.tags[tag_keys.ROUTER] not in routers]
