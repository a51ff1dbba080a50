# SPDX-License-Identifier: Apache-2.0
"""VPCs: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.vpc import Vpc


class Vpcs:
    """Create, Delete, Describe, and their address blocks."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, cidr: str, tags: Mapping[str, str]) -> Vpc:
        """CreateVpc; it is available some time later.

        EC2 knows no token for it, so it is not tried again by itself.

        :raises QuotaExceeded: the Region has no room for more
        :raises OutcomeUnknown: the reply was lost; the tags tell
        """
        answer = self._call('create_vpc', repeatable=False, CidrBlock=cidr,
                            TagSpecifications=pages.tagged('vpc', tags))
        return _vpc(answer['Vpc'])

    def delete(self, vpc_id: str) -> None:
        """DeleteVpc.

        :raises NotFound: it is gone already
        :raises IncorrectState: something is in it
        """
        self._call('delete_vpc', VpcId=vpc_id)

    def associate(self, vpc_id: str, cidr: str) -> None:
        """Give it a further IPv4 block (AssociateVpcCidrBlock).

        :raises QuotaExceeded: it has as many as it may
        :raises InvalidRequest: the block does not go with the others
        """
        self._call('associate_vpc_cidr_block', repeatable=False,
                   VpcId=vpc_id, CidrBlock=cidr)

    def associate_ipv6(self, vpc_id: str) -> None:
        """Give it an IPv6 block of Amazon's (AssociateVpcCidrBlock).

        :raises QuotaExceeded: it has one
        """
        self._call('associate_vpc_cidr_block', repeatable=False,
                   VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)

    def disassociate(self, association_id: str) -> None:
        """Take a block away again (DisassociateVpcCidrBlock).

        :raises IncorrectState: a subnet lies in it
        """
        self._call('disassociate_vpc_cidr_block',
                   AssociationId=association_id)

    def find(self, filters: Mapping[str, Sequence[str]]) -> list[Vpc]:
        """Those that pass all filters (DescribeVpcs)."""
        return [_vpc(raw) for raw in pages.pages(
            self._caller, 'describe_vpcs', 'Vpcs', filters)]

    def get(self, vpc_id: str) -> Vpc | None:
        """One by id; None where EC2 does not know it, or not yet."""
        return next(iter(self.find({'vpc-id': [vpc_id]})), None)


def _vpc(raw: Mapping[str, Any]) -> Vpc:
    return Vpc(
        vpc_id=raw['VpcId'], state=raw.get('State', ''),
        cidr=raw.get('CidrBlock', ''),
        blocks=parsing.blocks(raw, 'CidrBlock'),
        ipv6_blocks=parsing.blocks(raw, 'Ipv6CidrBlock'),
        tags=parsing.tags(raw))
