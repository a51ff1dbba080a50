# SPDX-License-Identifier: Apache-2.0
"""Subnets: in one zone, within their VPC, apart from each other.

"Subnet CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.availability_zones_and_regions import (
    RegionsAndZonesBackend,
)
from moto.ec2.models.subnets import Subnet, SubnetBackend

from nova_ec2.emulator import blocks, vpcs
from nova_ec2.emulator.errors import Refusal


class Subnets(SubnetBackend):
    """The part of the backend that keeps them."""

    world: Any
    tags: Any
    enis: Any
    network_acls: Any
    region_name: str
    blocks_of: Callable[[Any], list[Any]]
    ipv6_blocks_of: Callable[[Any], list[Any]]
    forget_subnet_route: Callable[[str], None]

    def subnets_of(self, vpc_id: str) -> list[Any]:
        """The subnets of a VPC."""
        return [one for zone in self.subnets.values()
                for one in zone.values() if one.vpc_id == vpc_id]

    def new_subnet(self, vpc: Any, block: blocks.IPv4,
                   ipv6: blocks.IPv6 | None, zone: str,
                   tags: dict[str, str]) -> Subnet:
        """CreateSubnet: pending, then available."""
        others = self.subnets_of(vpc.id)
        blocks.check_subnet(block, self.blocks_of(vpc),
                            [one.cidr for one in others])
        if ipv6 is not None:
            self.check_ipv6(vpc, ipv6)
        if len(others) >= self.world.settings.subnets_limit:
            raise Refusal('SubnetLimitExceeded', 'The maximum number of '
                          'subnets has been reached.')
        made: Any = self.create_subnet(
            vpc.id, str(block), str(ipv6) if ipv6 is not None else None,
            availability_zone=zone)
        made.default_for_az = made.map_public_ip_on_launch = False
        self.tags[made.id].update(tags)
        made.state = 'pending'
        self.world.timeline.after(
            self.world.settings.vpc_seconds,
            lambda: setattr(made, 'state', 'available'))
        return made

    def check_ipv6(self, vpc: Any, block: blocks.IPv6) -> None:
        """Refuse an IPv6 block that no subnet of the VPC can have."""
        blocks.check_subnet_ipv6(
            block, self.ipv6_blocks_of(vpc), [
                found for one in self.subnets_of(vpc.id)
                for found in vpcs.subnet_ipv6(one)])

    def zone(self, name: str | None, zone_id: str | None) -> str:
        """A zone of the Region, the first where none is named."""
        zones = RegionsAndZonesBackend.zones[self.region_name]
        for zone in zones:
            if (name or zone_id) in (None, zone.name, zone.zone_id):
                return str(zone.name)
        raise Refusal('InvalidParameterValue',
                      f'Value ({name or zone_id}) for parameter '
                      'availabilityZone is invalid. Subnets can currently '
                      'only be created in the following availability zones: '
                      f'{", ".join(zone.name for zone in zones)}.')

    def remove_subnet(self, subnet: Any) -> None:
        """DeleteSubnet: no interface may be in it."""
        if any(eni.subnet is subnet for eni in self.enis.values()):
            raise Refusal('DependencyViolation',
                          f"The subnet '{subnet.id}' has dependencies and "
                          'cannot be deleted.')
        self.forget_subnet_route(subnet.id)
        for acl in self.network_acls.values():
            for key, one in list(acl._associations.items()):
                if one.subnet_id == subnet.id:
                    del acl._associations[key]
        for zone in self.subnets.values():
            zone.pop(subnet.id, None)
        self.tags.pop(subnet.id, None)

    def disassociate_subnet_ipv6(self, association_id: str
                                 ) -> tuple[Any, Any]:
        """DisassociateSubnetCidrBlock: no interface may have of it."""
        for zone in self.subnets.values():
            for subnet in zone.values():
                held = subnet.ipv6_cidr_block_associations
                if association_id not in held:
                    continue
                if any(eni.subnet is subnet and eni.ipv6_addresses
                       for eni in self.enis.values()):
                    raise Refusal('DependencyViolation',
                                  'The subnet CIDR block with association '
                                  f'ID {association_id} has dependencies '
                                  'and cannot be disassociated.')
                subnet.assign_ipv6_address_on_creation = False
                return subnet, held.pop(association_id)
        raise Refusal('InvalidSubnetCidrBlockAssociationID.NotFound',
                      f"The subnet CIDR block association ID "
                      f"'{association_id}' does not exist")
