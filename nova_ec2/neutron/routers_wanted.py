# SPDX-License-Identifier: Apache-2.0
"""What Neutron's routers want of EC2, computed from its database alone."""

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any

from neutron.db import models_v2
from neutron.db.models import external_net, segment
from neutron.db.models import l3 as l3_models
from neutron.plugins.ml2 import models as ml2_models
from neutron_lib import constants
from neutron_lib.db import api as db_api

from nova_ec2.neutron import kinds, places
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.db.rows import Row

_Routers = dict[str, 'Router']


@dataclasses.dataclass(frozen=True)
class Router:
    """A router with interfaces on managed subnets.

    :param rows: those subnets
    :param network_id: of its external gateway, '' without one
    :param elastic: whether that network is one of EC2's
    :param snat: ``enable_snat`` of the gateway
    :param routes: destinations and next hops, as Neutron has them
    """

    router_id: str
    rows: tuple[Row, ...] = ()
    network_id: str = ''
    elastic: bool = False
    snat: bool = True
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def outward(self) -> bool:
        """Whether its subnets reach the internet, or are reached."""
        return bool(self.network_id) and self.elastic


def read(context: Any) -> _Routers:
    """All routers that are EC2's, by id.

    :param context: of an administrator
    """
    managed = {row.subnet_id: row for row in rows.managed(context)}
    by_router: dict[str, list[Row]] = {}
    for router_id, subnet_id in interfaces(context):
        if subnet_id in managed:
            by_router.setdefault(router_id, []).append(managed[subnet_id])
    made = bare(context, by_router)
    return {router_id: dataclasses.replace(
        made[router_id], rows=tuple(lies))
        for router_id, lies in by_router.items() if router_id in made}


def bare(context: Any, router_ids: Collection[str]) -> _Routers:
    """Routers by id, without their subnets.

    :param context: of an administrator
    """
    if not router_ids:
        return {}
    router, route = l3_models.Router, l3_models.RouterRoute
    wanted = sorted(router_ids)
    with db_api.CONTEXT_READER.using(context):
        found = context.session.query(
            router.id, router.enable_snat, models_v2.Port.network_id
        ).outerjoin(
            models_v2.Port, models_v2.Port.id == router.gw_port_id).filter(
                router.id.in_(wanted)).all()
        routes = context.session.query(
            route.router_id, route.destination, route.nexthop).filter(
                route.router_id.in_(wanted)).all()
        outside = elastic(context)
    return {router_id: Router(
        router_id, network_id=network_id or '', snat=bool(snat),
        elastic=network_id in outside,
        routes=tuple(sorted((str(to), str(hop))
                            for owner, to, hop in routes
                            if owner == router_id)))
        for router_id, snat, network_id in found}


def interfaces(context: Any) -> list[tuple[str, str]]:
    """Routers, and the subnets that they have an interface on.

    :param context: of an administrator
    """
    port, address = l3_models.RouterPort, models_v2.IPAllocation
    with db_api.CONTEXT_READER.using(context):
        return [(router_id, subnet_id) for router_id, subnet_id
                in context.session.query(
                    port.router_id, address.subnet_id).join(
                        address, address.port_id == port.port_id).filter(
                            port.port_type.in_(
                                constants.ROUTER_INTERFACE_OWNERS)).all()]


def elastic(context: Any) -> set[str]:
    """Ids of the external networks that are EC2's.

    :param context: of an administrator, in a transaction
    """
    outside, kind = external_net.ExternalNetwork, segment.NetworkSegment
    return {row[0] for row in context.session.query(
        outside.network_id).join(
            kind, kind.network_id == outside.network_id).filter(
                kind.network_type == kinds.TYPE).all()}


def hops(context: Any, routers: Iterable[Router]) -> dict[str, str]:
    """Interfaces on EC2, by the address that routes lead to.

    :param context: of an administrator
    """
    lies = {row.subnet_id for one in routers for row in one.rows}
    if not lies:
        return {}
    address, binding = models_v2.IPAllocation, ml2_models.PortBinding
    with db_api.CONTEXT_READER.using(context):
        found = context.session.query(
            address.ip_address, binding.profile).join(
                binding, binding.port_id == address.port_id).filter(
                    address.subnet_id.in_(sorted(lies)),
                    binding.status == constants.ACTIVE).all()
    known = {ip_address: places.of_profile(profile)
             for ip_address, profile in found}
    return {ip_address: place.interface_id
            for ip_address, place in known.items()
            if place and place.interface_id}
