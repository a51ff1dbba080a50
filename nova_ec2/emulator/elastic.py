# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses: allocated, associated with one private address.

"Elastic IP addresses", Amazon EC2 User Guide; Allocate-, Associate-,
Disassociate- and ReleaseAddress, Amazon EC2 API Reference.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.utils import random_eip_allocation_id, random_eip_association_id

from nova_ec2.emulator.errors import Refusal


@dataclasses.dataclass(eq=False, slots=True)
class Elastic:
    """An Elastic IP address, and the private address that it is of."""

    allocation_id: str
    public_ip: str
    association_id: str | None = None
    eni: Any = None
    private_address: str | None = None

    @property
    def instance_id(self) -> str | None:
        """The instance whose interface has it."""
        if self.eni is None or self.eni.instance is None:
            return None
        found: str = self.eni.instance.id
        return found

    def join(self, eni: Any, address: str) -> None:
        """Be associated; the address that EC2 lent is taken back."""
        self.association_id = (self.association_id
                               or random_eip_association_id())
        self.eni, self.private_address = eni, address
        eni.elastic[address] = self
        if address == eni.private_ip_address:
            eni.public_ip = None

    def part(self) -> None:
        """Be associated with nothing."""
        eni = self.eni
        eni.elastic.pop(self.private_address, None)
        self.eni = self.private_address = self.association_id = None
        instance = eni.instance
        if (instance is not None and instance.state == 'running'
                and len(instance.nics) == 1 and not eni.public_ip):
            eni.check_auto_public_ip()


class ElasticAddresses(ElasticAddressBackend):
    """The part of the backend that keeps them."""

    addresses: list[Any]
    new_public_address: Callable[[], str]
    check_gateway: Callable[[str], None]
    world: Any
    tags: Any

    def allocate(self, tags: dict[str, str]) -> Elastic:
        """AllocateAddress, within the quota."""
        if len(self.addresses) >= self.world.settings.addresses_limit:
            raise Refusal('AddressLimitExceeded',
                          'The maximum number of addresses has been '
                          'reached.')
        made = Elastic(random_eip_allocation_id(), self.new_public_address())
        self.addresses.append(made)
        self.tags[made.allocation_id].update(tags)
        return made

    def elastic(self, allocation_id: str) -> Elastic:
        """One by its allocation; NotFound where there is none."""
        for one in self.addresses:
            if one.allocation_id == allocation_id:
                found: Elastic = one
                return found
        raise Refusal('InvalidAllocationID.NotFound',
                      f"The allocation ID '{allocation_id}' does not exist")

    def elastic_by_ip(self, public_ip: str) -> Elastic:
        """One by its value; NotFound where there is none."""
        for one in self.addresses:
            if one.public_ip == public_ip:
                found: Elastic = one
                return found
        raise Refusal('InvalidAddress.NotFound',
                      f"Address '{public_ip}' not found.")

    def associate(self, one: Elastic, eni: Any, address: str | None,
                  again: bool) -> None:
        """AssociateAddress.

        :param address: a private address, None for the primary one
        :param again: take it from where it is, and what was there away
        """
        address = address or eni.private_ip_address
        if address not in eni.addresses:
            raise Refusal('InvalidParameterValue',
                          f'The private address {address} does not belong '
                          f'to {eni.id}.')
        self.check_gateway(eni.subnet.vpc_id)
        if one.eni is eni and one.private_address == address:
            return
        before = eni.elastic.get(address)
        for other in (one, before):
            if other is not None and other.association_id and not again:
                raise Refusal('Resource.AlreadyAssociated',
                              f'resource {other.allocation_id} is already '
                              'associated with associate-id '
                              f'{other.association_id}')
        for other in (one, before):
            if other is not None and other.eni is not None:
                _check_own(other)
                self.part_address(other)
        one.join(eni, address)

    def part_address(self, one: Elastic) -> None:
        """It is of nobody, and still ours."""
        one.part()

    def disassociate(self, association_id: str) -> None:
        """DisassociateAddress."""
        for one in self.addresses:
            if one.association_id == association_id:
                _check_own(one)
                self.part_address(one)
                return
        raise Refusal('InvalidAssociationID.NotFound',
                      f"The association ID '{association_id}' does not "
                      'exist')

    def release(self, one: Elastic) -> None:
        """ReleaseAddress; one that is associated is refused."""
        if one.eni is not None:
            raise Refusal('InvalidIPAddress.InUse',
                          f'Address {one.public_ip} is in use.')
        self.addresses.remove(one)
        self.tags.pop(one.allocation_id, None)


def _check_own(one: Elastic) -> None:
    """Refuse to take an address from what is EC2's own, a NAT gateway."""
    if one.eni.requester_managed:
        raise Refusal('AuthFailure', 'You do not have permission to access '
                      'the specified resource.')
