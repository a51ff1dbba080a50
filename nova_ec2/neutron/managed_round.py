# SPDX-License-Identifier: Apache-2.0
"""Managed networks and subnets in a round of the loop.

What Neutron has and EC2 has not is made; what is ours on EC2 and Neutron has
no longer is deleted. Both only when two rounds in a row saw it so: in between
another process may be about to do it.

What is missing may be in an account that cannot be entered just now. Then
only subnets of networks that were seen are made.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from neutron.db import models_v2
from neutron.db.models import external_net, segment
from neutron_lib import exceptions as neutron_exc
from neutron_lib.db import api as db_api
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.network import Subnet
from nova_ec2.models.vpc import Vpc
from nova_ec2.neutron import kinds, subnet_blocks
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.db.rows import Row
from nova_ec2.neutron.managed import Managed
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)


class ManagedRound:
    """A step of the loop; keeps what the last round saw."""

    def __init__(self, sites: Sites, managed: Managed) -> None:
        self._sites = sites
        self._managed = managed
        self._seen: set[str] = set()

    def step(self, context: Any) -> None:
        """Compare and put right.

        :param context: of an administrator
        """
        again, self._seen = self._seen, set()
        twice = _Twice(again, self._seen)
        # What goes first makes room for what comes.
        vpcs: list[Vpc] = []
        lies: list[Subnet] = []
        whole = self._sites.run(
            lambda site: self._look(context, site, twice, vpcs, lies))
        networks = managed_networks(context)
        self._surplus_vpcs(vpcs, networks, twice)
        if whole:
            self._missing_vpcs(vpcs, networks, twice)
        self._missing_subnets(context, lies, twice, None if whole else {
            tags.get(tag_keys.NETWORK) for tags in (
                *(one.tags for one in vpcs), *(one.tags for one in lies))})

    def _look(self, context: Any, site: Site, twice: '_Twice',
              vpcs: list[Vpc], lies: list[Subnet]) -> None:
        """See what an account has; what is too much in its VPCs goes.

        :param vpcs: gets the VPCs of ours
        :param lies: gets the VPC subnets of ours
        """
        found = site.ec2.vpcs.find(site.filters(tag_keys.NETWORK))
        subnets = self._surplus_subnets(context, site, twice)
        for vpc_id in {*(one.vpc_id for one in found),
                       *(one.vpc_id for one in subnets)}:
            self._sites.vpcs.note(vpc_id, site)
        self._surplus_blocks(context, site, found, subnets, twice)
        vpcs += found
        lies += subnets

    def _surplus_subnets(self, context: Any, site: Site,
                         twice: '_Twice') -> list[Subnet]:
        """:returns: the VPC subnets of ours that are there"""
        wanted = rows.managed(context)
        found = site.ec2.subnets.find(site.filters(tag_keys.SUBNET))
        kept = {row.subnet_id for row in wanted} | {
            row.ec2_id for row in wanted}
        blocks = {row.cidr for row in wanted if row.version == 6}
        for one in found:
            if not {one.subnet_id, one.tags[tag_keys.SUBNET]} & kept:
                twice(one.subnet_id, self._delete_subnet, context, one)
                continue
            for block in one.ipv6_blocks:
                if subnet_blocks.normal(block.cidr) not in blocks:
                    twice(block.association_id,
                          site.ec2.subnets.disassociate_ipv6,
                          block.association_id)
        return found

    def _delete_subnet(self, context: Any, subnet: Subnet) -> None:
        self._managed.subnets.delete(context, subnet)

    @staticmethod
    def _surplus_blocks(context: Any, site: Site, vpcs: Iterable[Vpc],
                        lies: Iterable[Subnet], twice: '_Twice') -> None:
        """Those that a VPC was given for a subnet that is gone."""
        used = {row.cidr for row in rows.managed(context)} | {
            one.cidr for one in lies}
        for vpc in vpcs:
            for block in vpc.blocks:
                if block.cidr != vpc.cidr and block.cidr not in used:
                    twice(block.association_id, site.ec2.vpcs.disassociate,
                          block.association_id)

    def _surplus_vpcs(self, vpcs: Iterable[Vpc], networks: set[str],
                      twice: '_Twice') -> None:
        by_network: dict[str, list[Vpc]] = {}
        for one in vpcs:
            by_network.setdefault(one.tags[tag_keys.NETWORK], []).append(one)
        for network_id, found in by_network.items():
            kept = (self._managed.networks.find(network_id)
                    if network_id in networks and len(found) > 1 else None)
            for one in found:
                if network_id not in networks or (
                        kept and kept.vpc_id != one.vpc_id):
                    twice(one.vpc_id, self._managed.networks.delete, one)

    def _missing_vpcs(self, vpcs: Iterable[Vpc], networks: set[str],
                      twice: '_Twice') -> None:
        there = {one.tags[tag_keys.NETWORK] for one in vpcs}
        for network_id in sorted(networks - there):
            if self._managed.networks.find(network_id) is None:
                twice(network_id, self._managed.networks.ensure, network_id)

    def _missing_subnets(self, context: Any, found: Iterable[Subnet],
                         twice: '_Twice',
                         networks: Collection[str | None] | None) -> None:
        """:param networks: whose subnets can be made; None for all"""
        found = list(found)
        there = {one.tags[tag_keys.SUBNET]: one for one in found}
        joined = {subnet_blocks.normal(block.cidr): one for one in found
                  for block in one.ipv6_blocks}
        # The eldest first, so that IPv6 subnets find what they join.
        for row in rows.managed(context):
            if networks is not None and row.network_id not in networks:
                continue
            lies = _of(row, there, joined)
            if lies is None or lies.subnet_id != row.ec2_id:
                twice(row.subnet_id, self._managed.subnets.ensure, context,
                      row)


class _Twice:
    """Does what is seen for the second time, and notes what is not."""

    def __init__(self, again: set[str], seen: set[str]) -> None:
        self._again = again
        self._seen = seen

    def __call__(self, what: str, act: Callable[..., Any],
                 *arguments: Any) -> None:
        if what not in self._again:
            self._seen.add(what)
            return
        try:
            act(*arguments)
        except (exc.NovaEC2Error, neutron_exc.NeutronException) as error:
            # One that cannot be helped must not keep the others back.
            LOG.warning('%s is not put right yet; it is tried again: %s',
                        what, error)
            self._seen.add(what)


def managed_networks(context: Any) -> set[str]:
    """Ids of the networks that lie in VPCs.

    :param context: of an administrator
    """
    segments, outside = segment.NetworkSegment, external_net.ExternalNetwork
    with db_api.CONTEXT_READER.using(context):
        return {row[0] for row in context.session.query(
            models_v2.Network.id).join(
                segments, segments.network_id == models_v2.Network.id
            ).outerjoin(
                outside, outside.network_id == models_v2.Network.id).filter(
                    segments.network_type == kinds.TYPE,
                    outside.network_id.is_(None)).all()}


def _of(row: Row, there: Mapping[str, Subnet],
        joined: Mapping[str, Subnet]) -> Subnet | None:
    if row.version == 6:
        return joined.get(subnet_blocks.normal(row.cidr))
    return there.get(row.subnet_id)
