# SPDX-License-Identifier: Apache-2.0
"""Subnets of networks of the type ``ec2``: each is a VPC subnet.

An IPv4 and an IPv6 subnet of one network and zone are one VPC subnet, which
lives until both are gone.
"""

from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.network import Subnet
from nova_ec2.models.vpc import Vpc
from nova_ec2.neutron import settling, subnet_blocks
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.db.rows import Row
from nova_ec2.neutron.errors import EC2Unavailable
from nova_ec2.neutron.networks import Networks
from nova_ec2.neutron.site import Site, Sites
from nova_ec2.neutron.subnets_asked import Asked, beside

LOG = logging.getLogger(__name__)


class Subnets:
    """Makes and deletes VPC subnets."""

    def __init__(self, sites: Sites, networks: Networks,
                 asked: Asked) -> None:
        self._sites = sites
        self._networks = networks
        self._asked = asked

    def ensure(self, context: Any, row: Row) -> str:
        """Have the VPC subnet of a Neutron subnet.

        :param context: of an administrator, outside of a transaction
        :returns: EC2's id of it
        :raises InvalidRequest: EC2 does not make it
        :raises QuotaExceeded: the VPC has no room for more
        """
        if row.version == 6:
            found = self._ensure_ipv6(context, row)
        else:
            vpc = self._networks.get(row.network_id)
            found = self._find(vpc, row.subnet_id) or self._make(vpc, row)
        found = self._settle(found)
        if found.subnet_id != row.ec2_id:
            rows.note(context, row.subnet_id, found.subnet_id)
        return found.subnet_id

    def remove(self, context: Any, subnet_id: str, network_id: str,
               cidr: str) -> None:
        """Delete what was made for a subnet that Neutron has no longer.

        :param context: of an administrator
        :raises IncorrectState: an interface is in it still
        """
        found = self._sites.search(lambda site: site.ec2.subnets.find(
            site.filters(tag_keys.NETWORK, network_id)))
        if found is None:
            return
        site, lies = found
        for one in lies:
            self._sites.vpcs.note(one.vpc_id, site)
            if one.tags.get(tag_keys.SUBNET) == subnet_id:
                self.delete(context, one)
            for block in one.ipv6_blocks:
                if subnet_blocks.same(block.cidr, cidr):
                    self._drop_ipv6(context, one, block.association_id)

    def delete(self, context: Any, subnet: Subnet) -> None:
        """Delete a VPC subnet of ours that no Neutron subnet lies in.

        :param context: of an administrator
        :raises NotOwned: it is not ours
        :raises IncorrectState: an interface is in it still
        """
        site = self._sites.of_vpc(subnet.vpc_id)
        if not site.ours(subnet.tags):
            raise exc.NotOwned(
                f'{subnet.subnet_id} was not made by this cloud')
        if _is_used(context, subnet):
            return
        try:
            site.ec2.subnets.delete(subnet.subnet_id)
        except exc.NotFound:
            return
        LOG.info('%s of subnet %s was deleted', subnet.subnet_id,
                 subnet.tags.get(tag_keys.SUBNET))
        self._give_back(site, subnet)

    # Making

    def _make(self, vpc: Vpc, row: Row) -> Subnet:
        site = self._sites.of_vpc(vpc.vpc_id)
        vpc = self._with_room(vpc, row.cidr)
        tags = site.tags(subnet=row.subnet_id, network=row.network_id)
        made = settling.made(
            lambda: site.ec2.subnets.create(vpc.vpc_id, row.cidr, row.zone,
                                            tags),
            lambda: self._find(vpc, row.subnet_id))
        LOG.info('%s was made for subnet %s', made.subnet_id, row.subnet_id)
        return made

    def _with_room(self, vpc: Vpc, cidr: str) -> Vpc:
        """The VPC with a block that holds the subnet."""
        if subnet_blocks.inside(cidr, [one.cidr for one in vpc.blocks]):
            return vpc
        self._asked.check_place(cidr, vpc)
        api = self._sites.of_vpc(vpc.vpc_id).ec2.vpcs
        settling.done(
            lambda: api.associate(vpc.vpc_id, cidr),
            lambda: _has(api.get(vpc.vpc_id), cidr))
        return self._networks.settle(vpc.vpc_id)

    def _ensure_ipv6(self, context: Any, row: Row) -> Subnet:
        vpc = self._asked.with_ipv6(row.network_id)
        site = self._sites.of_vpc(vpc.vpc_id)
        lies = site.ec2.subnets.find({'vpc-id': [vpc.vpc_id]})
        for one in lies:
            if _has_ipv6(one, row.cidr) and site.ours(one.tags):
                return one
        others = [one for one in rows.managed(
            context, network_id=row.network_id)
            if one.subnet_id != row.subnet_id]
        joined = beside(others, row.zone)
        found = self._find(vpc, joined.subnet_id)
        if found is None:
            raise EC2Unavailable(
                reason=f'subnet {joined.subnet_id} is not on EC2 yet, whose '
                f'VPC subnet {row.cidr} would join')
        vpc_subnet = found
        settling.done(
            lambda: site.ec2.subnets.associate_ipv6(vpc_subnet.subnet_id,
                                                    row.cidr),
            lambda: _has_ipv6(self._settle(vpc_subnet), row.cidr))
        return found

    def _settle(self, subnet: Subnet) -> Subnet:
        """A VPC subnet when it can be used."""
        ec2_id = subnet.subnet_id
        api = self._sites.of_vpc(subnet.vpc_id).ec2.subnets
        return settling.settled(
            lambda: api.describe([ec2_id]).get(ec2_id),
            lambda one: one.state == 'available' and all(
                block.state == 'associated' for block in one.ipv6_blocks),
            ec2_id)

    def _find(self, vpc: Vpc, subnet_id: str) -> Subnet | None:
        """By the tag, which tells it apart from those of others.

        :param vpc: of the network; what is of it is in the same account
        """
        site = self._sites.of_vpc(vpc.vpc_id)
        return next(iter(site.ec2.subnets.find(
            site.filters(tag_keys.SUBNET, subnet_id))), None)

    # Deleting

    def _drop_ipv6(self, context: Any, subnet: Subnet,
                   association_id: str) -> None:
        site = self._sites.of_vpc(subnet.vpc_id)
        try:
            site.ec2.subnets.disassociate_ipv6(association_id)
        except exc.NotFound:
            return
        row = rows.managed(context, [subnet.tags.get(tag_keys.SUBNET, '')])
        if not row:
            # Its IPv4 subnet went before.
            self.delete(context, subnet)

    def _give_back(self, site: Site, subnet: Subnet) -> None:
        """The block that a VPC was given for this subnet goes with it."""
        vpc = site.ec2.vpcs.get(subnet.vpc_id)
        if vpc is None or not site.ours(vpc.tags):
            return
        for block in vpc.blocks:
            if block.cidr == subnet.cidr != vpc.cidr:
                site.ec2.vpcs.disassociate(block.association_id)


def _is_used(context: Any, subnet: Subnet) -> bool:
    """Whether a subnet of Neutron's lies in it, of which it is not made."""
    return any(row.ec2_id == subnet.subnet_id
               for row in rows.managed(
                   context, network_id=subnet.tags.get(tag_keys.NETWORK, '-')))


def _has(vpc: Vpc | None, cidr: str) -> bool:
    return vpc is not None and any(one.cidr == cidr for one in vpc.blocks)


def _has_ipv6(subnet: Subnet, cidr: str) -> bool:
    return any(subnet_blocks.same(one.cidr, cidr)
               for one in subnet.ipv6_blocks)
