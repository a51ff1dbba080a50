# SPDX-License-Identifier: Apache-2.0
"""Routers of managed subnets: route tables and gateways on EC2.

What a user asks is done on EC2 before Neutron saves it, so that what EC2
refuses is the user's error; afterwards it is compared with what was saved.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from neutron_lib.callbacks import events, registry, resources
from oslo_concurrency import lockutils

from nova_ec2 import exceptions as exc
from nova_ec2.models.network import Subnet
from nova_ec2.neutron import routers_wanted as wanted
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.errors import as_neutron, told
from nova_ec2.neutron.routers_asked import RoutersAsked
from nova_ec2.neutron.routers_nat import Act
from nova_ec2.neutron.routers_vpc import VpcRouting
from nova_ec2.neutron.routers_wanted import Router
from nova_ec2.neutron.site import Site, Sites

_Routers = Mapping[str, Router]


class Routers:
    """Follows routers, their interfaces and their gateways."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._asked = RoutersAsked(sites)

    def subscribe(self) -> None:
        """Called once, when Neutron has loaded the driver."""
        for method, resource, event in (
                (self.interface_comes, resources.ROUTER_INTERFACE,
                 events.BEFORE_CREATE),
                (self.changed, resources.ROUTER_INTERFACE,
                 events.AFTER_CREATE),
                (self.interface_went, resources.ROUTER_INTERFACE,
                 events.AFTER_DELETE),
                (self.gateway_comes, resources.ROUTER_GATEWAY,
                 events.BEFORE_CREATE),
                (self.changed, resources.ROUTER_GATEWAY,
                 events.AFTER_CREATE),
                (self.changed, resources.ROUTER_GATEWAY,
                 events.AFTER_DELETE),
                (self._asked.router_changes, resources.ROUTER,
                 events.PRECOMMIT_UPDATE),
                (self.changed, resources.ROUTER, events.AFTER_UPDATE),
                (self._asked.floating_ip_changes, resources.FLOATING_IP,
                 events.PRECOMMIT_CREATE),
                (self._asked.floating_ip_changes, resources.FLOATING_IP,
                 events.PRECOMMIT_UPDATE)):
            registry.subscribe(method, resource, event)

    # As Neutron's users call

    def interface_comes(self, resource: str, event: str, trigger: Any,
                        payload: Any) -> None:
        """Give the subnets of an interface the router's table."""
        context = payload.context.elevated()
        lies = rows.managed(context, {
            one['subnet_id']
            for one in payload.metadata['port']['fixed_ips']})
        routers = wanted.read(context)
        router_id = payload.resource_id
        with as_neutron():
            self._asked.check_interface(context, router_id, lies, routers,
                                        payload.metadata['port'])
            if lies:
                router = routers.get(router_id) or wanted.bare(
                    context, [router_id])[router_id]
                self._plan(context, routers, dataclasses.replace(
                    router, rows=(*router.rows, *lies)))

    def gateway_comes(self, resource: str, event: str, trigger: Any,
                      payload: Any) -> None:
        """Let the router's subnets out."""
        context = payload.context.elevated()
        routers = wanted.read(context)
        router = routers.get(payload.resource_id)
        if router is None:
            return
        network_id = payload.metadata['network_id']
        with as_neutron():
            self._asked.check_gateway(context, router.router_id, network_id)
            self._plan(context, routers, dataclasses.replace(
                router, network_id=network_id, elastic=True))

    def changed(self, resource: str, event: str, trigger: Any,
                payload: Any) -> None:
        """Put right what was not known before it was saved."""
        context = payload.context.elevated()
        router_id = payload.resource_id
        with told(f'router {router_id}'):
            routers = wanted.read(context)
            if router_id in routers:
                self.sync(context, routers, routers[router_id].rows)

    def interface_went(self, resource: str, event: str, trigger: Any,
                       payload: Any) -> None:
        """Take the router's table away from its subnets."""
        context = payload.context.elevated()
        with told(f'router {payload.resource_id}'):
            lies = rows.managed(context, payload.metadata['subnet_ids'])
            if lies:
                self.sync(context, wanted.read(context), lies)

    # On EC2

    def _plan(self, context: Any, routers: _Routers, router: Router) -> None:
        """Make what is going to be saved; undo what does not succeed."""
        try:
            self.sync(context, {**routers, router.router_id: router},
                      router.rows)
        except exc.NovaEC2Error:
            with told(f'router {router.router_id}'):
                self.sync(context, routers, router.rows)
            raise

    def sync(self, context: Any, routers: _Routers,
             lies: Iterable[rows.Row]) -> None:
        """Put the VPCs of these subnets right.

        :param routers: all that are EC2's
        """
        lies = list(lies)
        ids = _ids(lies)
        there = self._sites.vpcs.subnets(
            ids + _ids(row for one in routers.values() for row in one.rows),
            needed=ids)
        for vpc_id, members in by_vpc(there, routers.values(), lies).items():
            self.apply(context, self._sites.of_vpc(vpc_id), vpc_id, members,
                       do)

    @staticmethod
    def apply(context: Any, site: Site, vpc_id: str,
              routers: Collection[Router], act: Act) -> None:
        """Put one VPC right.

        :param act: how something is changed
        """
        with lockutils.lock(f'ec2-routes-{vpc_id}'):
            VpcRouting(site, vpc_id, act).apply(
                routers, wanted.hops(context, routers))

    @staticmethod
    def at(site: Site, routers: Iterable[Router]) -> dict[str, list[Router]]:
        """Which routers are in which VPC of an account."""
        routers = list(routers)
        lies = [row for one in routers for row in one.rows]
        return by_vpc(site.ec2.subnets.describe(_ids(lies)), routers, lies)


def by_vpc(there: Mapping[str, Subnet], routers: Iterable[Router],
           lies: Iterable[rows.Row]) -> dict[str, list[Router]]:
    """Which routers are in which VPC.

    :param there: VPC subnets by id
    :param lies: subnets whose VPCs are asked for
    """
    def vpcs(those: Iterable[rows.Row]) -> set[str]:
        return {there[row.ec2_id].vpc_id for row in those
                if row.ec2_id in there}

    found: dict[str, list[Router]] = {vpc_id: [] for vpc_id in vpcs(lies)}
    for one in routers:
        for vpc_id in vpcs(one.rows) & found.keys():
            found[vpc_id].append(one)
    return found


def _ids(lies: Iterable[rows.Row]) -> list[str]:
    return [row.ec2_id for row in lies if row.ec2_id]


def do(call: Any, *arguments: Any) -> Any:
    """Change something; the :data:`~routers_nat.Act` that does."""
    return call(*arguments)
