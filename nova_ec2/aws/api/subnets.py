# SPDX-License-Identifier: Apache-2.0
"""VPC subnets: every call that we make of those that follow Neutron's.

Where a server can be put is asked in :mod:`nova_ec2.aws.api.places`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.network import Subnet


class Subnets:
    """Create, Delete, Describe, and their IPv6 block."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, vpc_id: str, cidr: str, zone: str,
               tags: Mapping[str, str]) -> Subnet:
        """CreateSubnet; it is available some time later.

        EC2 knows no token for it, so it is not tried again by itself.

        :raises InvalidRequest: the block is of no use, or there is no such
            zone
        :raises QuotaExceeded: the VPC has no room for more
        :raises OutcomeUnknown: the reply was lost; the tags tell
        """
        answer = self._call(
            'create_subnet', repeatable=False, VpcId=vpc_id, CidrBlock=cidr,
            AvailabilityZone=zone,
            TagSpecifications=pages.tagged('subnet', tags))
        return read(answer['Subnet'])

    def delete(self, subnet_id: str) -> None:
        """DeleteSubnet.

        :raises NotFound: it is gone already
        :raises IncorrectState: an interface is in it
        """
        self._call('delete_subnet', SubnetId=subnet_id)

    def associate_ipv6(self, subnet_id: str, cidr: str) -> None:
        """Give it an IPv6 block of its VPC (AssociateSubnetCidrBlock).

        :raises QuotaExceeded: it has one
        :raises InvalidRequest: the block is of no use
        """
        self._call('associate_subnet_cidr_block', repeatable=False,
                   SubnetId=subnet_id, Ipv6CidrBlock=cidr)

    def disassociate_ipv6(self, association_id: str) -> None:
        """Take it away again (DisassociateSubnetCidrBlock).

        :raises NotFound: it is gone already
        :raises IncorrectState: an interface has an address of it
        """
        self._call('disassociate_subnet_cidr_block',
                   AssociationId=association_id)

    def find(self, filters: Mapping[str, Sequence[str]]) -> list[Subnet]:
        """Those that pass all filters (DescribeSubnets)."""
        return list(self._find(filters))

    def describe(self, subnet_ids: Sequence[str]) -> dict[str, Subnet]:
        """Those with these ids; what EC2 does not know is absent."""
        return {one.subnet_id: one for batch in pages.batches(subnet_ids)
                for one in self._find({'subnet-id': batch})}

    def _find(self, filters: Mapping[str, Sequence[str]]
              ) -> Iterator[Subnet]:
        return map(read, pages.pages(
            self._caller, 'describe_subnets', 'Subnets', filters))


def read(raw: Mapping[str, Any]) -> Subnet:
    """An element of DescribeSubnets, or what CreateSubnet answers."""
    return Subnet(
        subnet_id=raw['SubnetId'], vpc_id=raw['VpcId'],
        zone=raw['AvailabilityZone'], cidr=raw.get('CidrBlock', ''),
        free_addresses=raw.get('AvailableIpAddressCount', 0),
        ipv6_blocks=parsing.blocks(raw, 'Ipv6CidrBlock'),
        state=raw.get('State', ''), tags=parsing.tags(raw))
