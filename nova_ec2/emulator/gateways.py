# SPDX-License-Identifier: Apache-2.0
"""Internet gateways: at most one of a VPC, and in the way while it is used.

"Enable internet access for a VPC using an internet gateway", Amazon VPC User
Guide.
"""

from typing import Any

from moto.ec2.models.internet_gateways import InternetGatewayBackend

from nova_ec2.emulator.errors import Refusal


class Gateways(InternetGatewayBackend):
    """The part of the backend that keeps them."""

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
