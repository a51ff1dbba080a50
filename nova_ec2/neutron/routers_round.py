# SPDX-License-Identifier: Apache-2.0
"""Routers in a round of the loop.

A VPC that is not as its routers want it in two rounds in a row is put right:
in between another process may be about to do it.
"""

from collections.abc import Collection
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import routers_nat, routers_vpc
from nova_ec2.neutron import routers_wanted as wanted
from nova_ec2.neutron.routers import Routers, do
from nova_ec2.neutron.routers_wanted import Router
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)


class RoutersRound:
    """A step of the loop; keeps what the last round saw."""

    def __init__(self, sites: Sites, routers: Routers) -> None:
        self._sites = sites
        self._routers = routers
        self._seen: set[str] = set()

    def step(self, context: Any) -> None:
        """Compare and put right.

        :param context: of an administrator
        """
        routers = wanted.read(context)
        again, self._seen = self._seen, set()
        self._sites.run(lambda site: self._step_at(
            context, site, routers.values(), again))

    def _step_at(self, context: Any, site: Site,
                 routers: Collection[Router], again: set[str]) -> None:
        """One account.

        :param routers: those of all accounts
        """
        by_vpc = self._routers.at(site, routers)
        for vpc_id in sorted(_vpcs(site) | by_vpc.keys()):
            members = by_vpc.get(vpc_id, [])
            if not self._is_right(context, site, vpc_id, members):
                self._seen.add(vpc_id)
                if vpc_id in again:
                    self._put_right(context, site, vpc_id, members)
        self._leftovers(site, routers, again)

    def _is_right(self, context: Any, site: Site, vpc_id: str,
                  members: list[Router]) -> bool:
        try:
            self._routers.apply(context, site, vpc_id, members, _look)
        except _WrongError:
            return False
        return True

    def _put_right(self, context: Any, site: Site, vpc_id: str,
                   members: list[Router]) -> None:
        try:
            self._routers.apply(context, site, vpc_id, members, do)
        except exc.NovaEC2Error as error:
            # One that cannot be helped must not keep the others back.
            LOG.warning('The routes of %s are not right yet; it is tried '
                        'again: %s', vpc_id, error)

    def _leftovers(self, site: Site, routers: Any, again: set[str]) -> None:
        """What belongs to no VPC (yet)."""
        for one in routers_vpc.loose_gateways(site):
            self._seen.add(one.gateway_id)
            if one.gateway_id in again:
                routers_vpc.drop_gateway(site, one)
        nats = {one.router_id for one in routers
                if one.outward and routers_vpc.is_nat(site.options, one)}
        for allocation_id in routers_nat.release_addresses(site, nats):
            self._seen.add(allocation_id)
            if allocation_id in again:
                site.ec2.addresses.release(allocation_id)


class _WrongError(Exception):
    """Something would have to be changed."""


def _look(*_: Any) -> None:
    raise _WrongError


def _vpcs(site: Site) -> set[str]:
    """VPCs in which there is something of routers."""
    filters = site.filters(tag_keys.ROUTER)
    ec2 = site.ec2
    found = [one.vpc_id for one in ec2.route_tables.find(filters)]
    found += [one.vpc_id for one in ec2.internet_gateways.find(filters)]
    found += [one.vpc_id for one in ec2.subnets.find(filters)]
    found += [one.vpc_id for one in ec2.nat_gateways.find(filters)
              if one.is_there]
    return set(filter(None, found))
