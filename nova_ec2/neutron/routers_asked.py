# SPDX-License-Identifier: Apache-2.0
"""What Neutron's users ask of routers that EC2 does not do."""

from collections.abc import Collection, Mapping
from typing import Any

from neutron_lib.plugins import directory

from nova_ec2 import exceptions as exc
from nova_ec2.neutron import kinds, subnet_blocks
from nova_ec2.neutron import routers_wanted as wanted
from nova_ec2.neutron.db.rows import Row
from nova_ec2.neutron.errors import EC2Conflict, EC2Refused
from nova_ec2.neutron.routers_vpc import is_nat
from nova_ec2.neutron.routers_wanted import Router
from nova_ec2.neutron.site import Sites

_Routers = Mapping[str, Router]


class RoutersAsked:
    """Refuses it before anything is saved."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def check_interface(self, context: Any, router_id: str,
                        lies: Collection[Row], routers: _Routers,
                        port: Mapping[str, Any]) -> None:
        """Refuse an interface that joins what EC2 keeps apart.

        :param context: of an administrator
        :param lies: the managed subnets among those of the port
        :param routers: those that are EC2's, as they are
        :raises NetworkRefused: says what to do instead
        """
        router = routers.get(router_id)
        if not lies and router is None:
            return
        others = {subnet_id for one, subnet_id in wanted.interfaces(context)
                  if one == router_id}
        managed = {row.subnet_id for row in (router.rows if router else ())}
        mine = {one['subnet_id'] for one in port['fixed_ips']}
        if (others - managed) or (mine - {row.subnet_id for row in lies}):
            raise exc.NetworkRefused(
                'EC2 routes within a VPC: a router does not join subnets of '
                'networks of the type ec2 and others; use a router for each')
        self._check_one_vpc(lies, router)
        _check_one_router(lies, router_id, routers)
        bare = wanted.bare(context, [router_id]).get(router_id)
        if bare and bare.network_id:
            self.check_gateway(context, router_id, bare.network_id)

    def _check_one_vpc(self, lies: Collection[Row],
                       router: Router | None) -> None:
        joined = [*lies, *(router.rows if router else ())]
        if len({row.network_id for row in joined}) < 2:
            return
        ids = [row.ec2_id for row in joined if row.ec2_id]
        there = self._sites.vpcs.subnets(ids, needed=ids)
        vpcs = sorted({one.vpc_id for one in there.values()})
        accounts = {self._sites.of_vpc(vpc_id).account.name: vpc_id
                    for vpc_id in vpcs}
        if len(accounts) > 1:
            raise exc.NetworkRefused(
                'a router does not join networks of two AWS accounts, and '
                'these are in ' + ' and '.join(
                    f'{vpc_id} of account {name}' for name, vpc_id
                    in sorted(accounts.items())))
        if len(vpcs) > 1:
            raise exc.NetworkRefused(
                f'EC2 routes within a VPC, and these subnets are in '
                f'{" and ".join(vpcs)}: put them into one network, or have '
                f'the operator set [ml2_ec2] vpc_id, a VPC for all networks')

    @staticmethod
    def check_gateway(context: Any, router_id: str, network_id: str) -> None:
        """Refuse an external network that is not EC2's.

        :param context: of an administrator
        :raises NetworkRefused: names it
        """
        network = directory.get_plugin().get_network(context, network_id)
        if not kinds.is_elastic(network):
            raise exc.NetworkRefused(
                f'router {router_id} has subnets of networks of the type '
                f'ec2, so its external gateway must be on an external '
                f'network of the type ec2, which {network_id} is not')

    # Inside of transactions: EC2 is not asked

    def router_changes(self, resource: str, event: str, trigger: Any,
                       payload: Any) -> None:
        """Refuse routes that EC2 does not have.

        :raises EC2Refused: names the route
        """
        asked = (payload.request_body or {}).get('routes')
        if not asked:
            return
        context = payload.context.elevated()
        router = wanted.read(context).get(payload.resource_id)
        if router is None:
            return
        hops = wanted.hops(context, [router])
        blocks = [row.cidr for row in router.rows]
        before: set[str] = set()
        for route in asked:
            to, hop = str(route['destination']), str(route['nexthop'])
            what = f'the route to {to} by {hop}'
            if hop not in hops:
                raise EC2Refused(
                    reason=f'{what} is none of EC2: the next hop must be the '
                    f'address of a server on EC2 in a subnet of the router')
            if subnet_blocks.overlaps(to, blocks):
                raise EC2Refused(
                    reason=f'{what} leads into a subnet of the router, where '
                    f'EC2 routes by itself')
            if to in before:
                raise EC2Refused(
                    reason=f'{what} is a second one to there; EC2 has one')
            before.add(to)

    def floating_ip_changes(self, resource: str, event: str, trigger: Any,
                            payload: Any) -> None:
        """Refuse a floating IP behind a NAT gateway.

        :raises EC2Conflict: names the option
        """
        router_id = getattr(payload.desired_state, 'router_id', None)
        if not router_id or not self._sites.configured:
            return
        router = wanted.read(payload.context.elevated()).get(router_id)
        if router and router.outward and is_nat(self._sites.options, router):
            raise EC2Conflict(
                reason=f'router {router_id} has a NAT gateway on EC2 '
                f'([ml2_ec2] gateways), behind which no server has a '
                f'floating IP; an administrator can turn off enable_snat of '
                f'its external gateway')


def _check_one_router(lies: Collection[Row], router_id: str,
                      routers: _Routers) -> None:
    asked = {row.ec2_id for row in lies if row.ec2_id}
    for other in routers.values():
        if other.router_id != router_id and asked & {
                row.ec2_id for row in other.rows}:
            raise exc.NetworkRefused(
                f'a subnet on EC2 has one router, and router '
                f'{other.router_id} has an interface on it')
