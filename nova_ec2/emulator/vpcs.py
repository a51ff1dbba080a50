# SPDX-License-Identifier: Apache-2.0
"""VPCs: their blocks, how many, and what must be gone before they go.

"VPC CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide; DeleteVpc,
Amazon EC2 API Reference.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.vpcs import VPC, VPCBackend

from nova_ec2.emulator import blocks, permissions, security_groups
from nova_ec2.emulator.errors import Refusal

BLOCKS_MAX = 5
"""IPv4 blocks of a VPC; the quota, which nobody here raises."""


class Vpcs(VPCBackend):
    """The part of the backend that keeps them."""

    world: Any
    tags: Any
    subnets_of: Callable[[str], list[Any]]
    tables_of: Callable[[str], list[Any]]
    gateway_of: Callable[[str], Any]
    forget_table: Callable[[Any], None]
    forget_group: Callable[[security_groups.StrictGroup], None]
    groups: Any
    network_acls: Any
    egress_only_internet_gateways: Any

    def new_vpc(self, block: blocks.IPv4, ipv6: bool,
                tags: dict[str, str]) -> VPC:
        """CreateVpc: pending, then available."""
        if len(self.vpcs) >= self.world.settings.vpcs_limit:
            raise Refusal('VpcLimitExceeded', 'The maximum number of VPCs '
                          'has been reached.')
        vpc = self.create_vpc(
            str(block), amazon_provided_ipv6_cidr_block=ipv6)
        self.tags[vpc.id].update(tags)
        vpc.state = 'pending'
        self.world.timeline.after(
            self.world.settings.vpc_seconds,
            lambda: setattr(vpc, 'state', 'available'))
        for one in vpc._cidr_block_association_set.values():
            if is_ipv6(one):
                self._associating(one)
        return vpc

    def associate_block(self, vpc: VPC, block: blocks.IPv4) -> Any:
        """AssociateVpcCidrBlock, IPv4: associating, then associated."""
        have = self.blocks_of(vpc, settled=False)
        blocks.check_beside(block, have[0], have[1:])
        if len(have) >= BLOCKS_MAX:
            raise _too_many(vpc)
        made = vpc.associate_vpc_cidr_block(str(block))
        self._associating(made)
        return made

    def associate_ipv6(self, vpc: VPC) -> Any:
        """AssociateVpcCidrBlock, a /56 of Amazon's.

        "If you've modified the outbound rules of a security group, we don't
        automatically add one for IPv6"; to others it is added.
        """
        if self.ipv6_blocks_of(vpc, settled=False):
            raise _too_many(vpc)
        made = vpc.associate_vpc_cidr_block(
            '', amazon_provided_ipv6_cidr_block=True)
        self._associating(made)
        for group in self.groups[vpc.id].values():
            if list(group.egress) == [permissions.ALL_IPV4.key]:
                group.add(True, permissions.ALL_IPV6)
        return made

    def disassociate_block(self, association_id: str) -> tuple[VPC, Any]:
        """DisassociateVpcCidrBlock: no primary one, none with subnets."""
        vpc, one = self._association(association_id)
        block = one['cidr_block']
        if block == vpc.cidr_block:
            raise Refusal('OperationNotPermitted',
                          'The vpc CIDR block with association ID '
                          f'{association_id} may not be disassociated. It '
                          'is the primary IPv4 CIDR block of the VPC')
        mine = blocks.ipv6(block) if is_ipv6(one) else blocks.ipv4(block)
        for subnet in self.subnets_of(vpc.id):
            for other in (subnet.cidr, *subnet_ipv6(subnet)):
                if other.version == mine.version and other.overlaps(mine):
                    raise Refusal('DependencyViolation',
                                  'The vpc CIDR block with association ID '
                                  f'{association_id} has dependencies and '
                                  'cannot be disassociated.')
        del vpc._cidr_block_association_set[association_id]
        return vpc, one

    def _association(self, association_id: str) -> tuple[VPC, Any]:
        for vpc in self.vpcs.values():
            if found := vpc._cidr_block_association_set.get(association_id):
                return vpc, found
        raise Refusal('InvalidVpcCidrBlockAssociationID.NotFound',
                      'The vpc CIDR block association ID '
                      f"'{association_id}' does not exist")

    def blocks_of(self, vpc: VPC, settled: bool = True) -> list[Any]:
        """A VPC's IPv4 blocks, the primary one first.

        :param settled: those that are associated only
        """
        return [blocks.ipv4(one['cidr_block'])
                for one in _associations(vpc, settled) if not is_ipv6(one)]

    def ipv6_blocks_of(self, vpc: VPC, settled: bool = True) -> list[Any]:
        """A VPC's IPv6 blocks."""
        return [blocks.ipv6(one['cidr_block'])
                for one in _associations(vpc, settled) if is_ipv6(one)]

    def remove_vpc(self, vpc: VPC) -> None:
        """DeleteVpc: empty but for what EC2 made with it."""
        tables = self.tables_of(vpc.id)
        if (self.subnets_of(vpc.id) or self.gateway_of(vpc.id) is not None
                or any(not one.main for one in tables)
                or any(not one.is_default
                       for one in self.groups[vpc.id].values())
                or any(one.vpc_id == vpc.id for one
                       in self.egress_only_internet_gateways.values())):
            raise Refusal('DependencyViolation',
                          f"The vpc '{vpc.id}' has dependencies and cannot "
                          'be deleted.')
        for table in tables:
            self.forget_table(table)
        for group in list(self.groups[vpc.id].values()):
            self.forget_group(group)
        for acl_id, acl in list(self.network_acls.items()):
            if acl.vpc_id == vpc.id:
                del self.network_acls[acl_id]
        del self.vpcs[vpc.id]
        self.tags.pop(vpc.id, None)

    def _associating(self, one: Any) -> None:
        if is_ipv6(one):
            # moto pads groups with zeros now and then; EC2 never does.
            one['cidr_block'] = str(blocks.ipv6(one['cidr_block']))
        one['cidr_block_state']['state'] = 'associating'
        self.world.timeline.after(
            self.world.settings.vpc_seconds,
            lambda: one['cidr_block_state'].update(state='associated'))


def is_ipv6(association: Any) -> bool:
    """Whether an association is of an IPv6 block."""
    return ':' in association['cidr_block']


def subnet_ipv6(subnet: Any) -> list[Any]:
    """The IPv6 blocks of a subnet."""
    return [blocks.ipv6(one['ipv6CidrBlock'])
            for one in subnet.ipv6_cidr_block_association_set]


def _associations(vpc: VPC, settled: bool) -> list[Any]:
    return [one for one in vpc._cidr_block_association_set.values()
            if not settled or one['cidr_block_state']['state'] == 'associated']


def _too_many(vpc: VPC) -> Refusal:
    return Refusal('CidrLimitExceeded',
                   f'This network {vpc.id} has met its maximum number of '
                   'allowed CIDRs.')
