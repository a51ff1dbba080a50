# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses: every call we make of them."""

from collections.abc import Mapping

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.address import ElasticAddress


class Addresses:
    """Allocate, Associate, Disassociate, Release and DescribeAddresses."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def allocate(self, tags: Mapping[str, str]) -> ElasticAddress:
        """Have one more address, which EC2 chooses (AllocateAddress).

        The call knows no token, so it is not tried again by itself.

        :raises QuotaExceeded: the account has all that it may have
        :raises OutcomeUnknown: the reply was lost; the tags tell
        """
        answer = self._call(
            'allocate_address', repeatable=False, Domain='vpc',
            TagSpecifications=pages.tagged('elastic-ip', tags))
        return ElasticAddress(answer['AllocationId'], answer['PublicIp'],
                              tags=dict(tags))

    def associate(self, allocation_id: str, interface_id: str,
                  private_address: str) -> None:
        """Let it stand for an address of an interface (AssociateAddress).

        Neither is taken from where it is; doing it twice is once.

        :raises AlreadyExists: one of both is associated otherwise
        :raises IncorrectState: the interface's instance is still pending
        :raises NotFound: the address or the interface is gone
        """
        self._call('associate_address', AllocationId=allocation_id,
                   NetworkInterfaceId=interface_id,
                   PrivateIpAddress=private_address,
                   AllowReassociation=False)

    def disassociate(self, association_id: str) -> None:
        """Let it stand for nothing (DisassociateAddress).

        :raises NotFound: it is not associated, or no longer
        """
        self._call('disassociate_address', AssociationId=association_id)

    def release(self, allocation_id: str) -> None:
        """Give it back (ReleaseAddress); it must not be associated.

        :raises NotFound: it is gone already
        :raises AddressTaken: it is associated
        """
        self._call('release_address', AllocationId=allocation_id)

    def find(self, tags: Mapping[str, str], *, public_address: str = '',
             interface_id: str = '') -> list[ElasticAddress]:
        """All addresses that carry these tags (DescribeAddresses)."""
        filters = pages.with_tags(tags)
        if public_address:
            filters['public-ip'] = [public_address]
        if interface_id:
            filters['network-interface-id'] = [interface_id]
        answer = self._call('describe_addresses', Filters=[
            {'Name': name, 'Values': values}
            for name, values in filters.items()])
        return [parsing.elastic_address(raw) for raw in answer['Addresses']]

    def count(self) -> int:
        """How many addresses the account has in the Region, whosesoever."""
        return len(self._call('describe_addresses')['Addresses'])
