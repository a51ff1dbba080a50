# SPDX-License-Identifier: Apache-2.0
"""Internet gateways: at most one of a VPC, and in the way while it is used.

"Enable internet access for a VPC using an internet gateway" and "Amazon VPC
quotas", Amazon VPC User Guide.
"""

from typing import Any

from moto.ec2.models.internet_gateways import (
    EgressOnlyInternetGatewayBackend,
    InternetGatewayBackend,
)

from nova_ec2.emulator.errors import Refusal


class Gateways(InternetGatewayBackend, EgressOnlyInternetGatewayBackend):
    """The part of the backend that keeps them."""

    world: Any
    tags: Any
    enis: Any

    def new_gateway(self, tags: dict[str, str]) -> Any:
        """CreateInternetGateway."""
        if (len(self.internet_gateways)
                >= self.world.settings.internet_gateways_limit):
            raise Refusal('InternetGatewayLimitExceeded', 'The maximum '
                          'number of internet gateways has been reached.')
        made = self.create_internet_gateway()
        self.tags[made.id].update(tags)
        return made

    def find_gateway(self, gateway_id: str) -> Any:
        """One; NotFound where there is none."""
        found = self.internet_gateways.get(gateway_id)
        if found is None:
            raise Refusal('InvalidInternetGatewayID.NotFound',
                          f"The internetGateway ID '{gateway_id}' does not "
                          'exist')
        return found

    def gateway_of(self, vpc_id: str) -> Any:
        """The internet gateway that is attached to a VPC, or None."""
        for one in self.internet_gateways.values():
            vpc: Any = one.vpc
            if vpc is not None and vpc.id == vpc_id:
                return one
        return None

    def check_gateway(self, vpc_id: str) -> None:
        """Refuse a VPC that the internet does not reach."""
        if self.gateway_of(vpc_id) is None:
            raise Refusal('Gateway.NotAttached',
                          f'Network {vpc_id} is not attached to any internet '
                          'gateway')

    def attach_gateway(self, one: Any, vpc: Any) -> None:
        """AttachInternetGateway: one VPC each, one gateway each."""
        if one.vpc is not None:
            raise Refusal('Resource.AlreadyAssociated',
                          f'resource {one.id} is already attached to '
                          f'network {one.vpc.id}')
        if self.gateway_of(vpc.id) is not None:
            raise Refusal('InvalidParameterValue',
                          f'Network {vpc.id} already has an internet gateway '
                          'attached')
        one.vpc = vpc

    def detach_gateway(self, one: Any, vpc: Any) -> None:
        """DetachInternetGateway: nothing may have a public address."""
        if one.vpc is None or one.vpc.id != vpc.id:
            raise Refusal('Gateway.NotAttached',
                          f'resource {one.id} is not attached to network '
                          f'{vpc.id}')
        if any(eni.subnet.vpc_id == vpc.id and (eni.public_ip or eni.elastic)
               for eni in self.enis.values()):
            raise Refusal('DependencyViolation',
                          f'Network {vpc.id} has some mapped public '
                          'address(es). Please unmap those public '
                          'address(es) before detaching the gateway.')
        one.vpc = None

    def remove_gateway(self, one: Any) -> None:
        """DeleteInternetGateway: no VPC may have it."""
        if one.vpc is not None:
            raise Refusal('DependencyViolation',
                          f"The internetGateway '{one.id}' has dependencies "
                          'and cannot be deleted.')
        del self.internet_gateways[one.id]
        self.tags.pop(one.id, None)

    def find_egress_only(self, gateway_id: str) -> Any:
        """An egress-only one; NotFound where there is none."""
        found = self.egress_only_internet_gateways.get(gateway_id)
        if found is None:
            raise Refusal('InvalidGatewayID.NotFound',
                          f'The eigw ID {gateway_id} does not exist')
        return found

    def remove_egress_only(self, one: Any) -> None:
        """DeleteEgressOnlyInternetGateway; routes to it lead nowhere."""
        del self.egress_only_internet_gateways[one.id]
        self.tags.pop(one.id, None)
