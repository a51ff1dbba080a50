# SPDX-License-Identifier: Apache-2.0
"""NAT gateways: they take time, may fail, and are seen after their end.

"NAT gateway basics" and "Troubleshoot NAT gateways", Amazon VPC User Guide;
CreateNatGateway and DeleteNatGateway, Amazon EC2 API Reference.
"""

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.utils import random_nat_gateway_id

from nova_ec2.emulator.elastic import Elastic
from nova_ec2.emulator.errors import Refusal


@dataclasses.dataclass(eq=False, slots=True)
class Nat:
    """A NAT gateway; ``failure`` is a code and a message.

    :param addresses: what is shown of its address, also after its end
    """

    nat_id: str
    subnet: Any
    public: bool
    created: datetime.datetime
    state: str = 'pending'
    eni: Any = None
    addresses: dict[str, Any] = dataclasses.field(default_factory=dict)
    failure: tuple[str, str] | None = None
    deleted: datetime.datetime | None = None


class NatGateways(NatGatewayBackend):
    """The part of the backend that keeps them."""

    world: Any
    tags: Any
    nats: dict[str, Nat]
    elastic: Callable[[str], Elastic]
    gateway_of: Callable[[str], Any]
    create_network_interface: Callable[..., Any]
    forget_interface: Callable[[Any], None]

    def find_nat(self, nat_id: str) -> Nat:
        """One; NotFound where there is none."""
        if nat_id not in self.nats:
            raise Refusal('InvalidNatGatewayID.NotFound',
                          f"The natGateway ID '{nat_id}' does not exist")
        return self.nats[nat_id]

    def new_nat(self, subnet: Any, allocation_id: str | None,
                private_address: str | None, tags: dict[str, str]) -> Nat:
        """CreateNatGateway: pending, then available or failed.

        :param allocation_id: of a public one, None for a private one
        """
        made = Nat(random_nat_gateway_id(), subnet,
                   allocation_id is not None, self.world.clock.utc())
        self._check_zone(subnet)
        self.nats[made.nat_id] = made
        self.tags[made.nat_id].update(tags)
        try:
            self._connect(made, allocation_id, private_address)
            then = 'available'
        except Refusal as refusal:
            made.failure = (refusal.code, refusal.message)
            then = 'failed'
        self._nat_later(made, 'pending', then)
        if then == 'failed':
            self._forget_nat_later(made)
        return made

    def _check_zone(self, subnet: Any) -> None:
        zone = subnet.availability_zone
        if sum(one.state in ('pending', 'available', 'deleting')
               and one.subnet.availability_zone == zone
               for one in self.nats.values()
               ) >= self.world.settings.nat_gateways_limit:
            raise Refusal('NatGatewayLimitExceeded',
                          'The maximum number of NAT gateways has been '
                          'reached.')

    def _connect(self, made: Nat, allocation_id: str | None,
                 private_address: str | None) -> None:
        """Give it its interface and address; else nothing is left."""
        elastic = None
        if allocation_id is not None:
            elastic = self.elastic(allocation_id)
            if elastic.eni is not None:
                raise Refusal('Resource.AlreadyAssociated',
                              f'Elastic IP address {allocation_id} is '
                              'already associated')
            if self.gateway_of(made.subnet.vpc_id) is None:
                raise Refusal('Gateway.NotAttached',
                              f'Network {made.subnet.vpc_id} has no Internet '
                              'gateway attached')
        eni = self.create_network_interface(
            made.subnet, private_address,
            description=f'Interface for NAT Gateway {made.nat_id}')
        eni.requester_managed, eni.interface_type = True, 'nat_gateway'
        eni.source_dest_check, eni._group_set = False, []
        made.eni = eni
        made.addresses = {'NetworkInterfaceId': eni.id, 'IsPrimary': True,
                          'PrivateIp': eni.private_ip_address}
        if elastic is not None:
            elastic.join(eni, eni.private_ip_address)
            made.addresses |= {'AllocationId': elastic.allocation_id,
                               'AssociationId': elastic.association_id,
                               'PublicIp': elastic.public_ip}

    def remove_nat(self, one: Nat) -> None:
        """DeleteNatGateway: deleting, then deleted, its address free."""
        if one.state not in ('pending', 'available'):
            return
        one.failure = None

        def end() -> None:
            if one.eni is not None:
                self.forget_interface(one.eni)
                one.eni = None
            one.deleted = self.world.clock.utc()
            self._forget_nat_later(one)
        self._nat_later(one, 'deleting', 'deleted', end)

    def _nat_later(self, one: Nat, now: str, then: str,
               last: Callable[[], None] | None = None) -> None:
        def settle() -> None:
            if one.state == now:
                one.state = then
                if last is not None:
                    last()
        one.state = now
        self.world.timeline.after(
            self.world.settings.nat_gateway_seconds, settle)

    def _forget_nat_later(self, one: Nat) -> None:
        def forget() -> None:
            self.nats.pop(one.nat_id, None)
            self.tags.pop(one.nat_id, None)
        self.world.timeline.after(
            self.world.settings.nat_gateway_seconds
            + self.world.settings.terminated_visible_seconds, forget)
