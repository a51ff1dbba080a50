# SPDX-License-Identifier: Apache-2.0
"""Where on EC2 a Neutron subnet lies, as Neutron tells it.

Two attributes of a subnet, which nobody but an administrator can set. They
are there where Neutron's ML2 loads the extension driver of this package.
"""

import dataclasses
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

SUBNET_ID = 'ec2:subnet_id'
"""The VPC subnet, '' where the Neutron subnet is not on EC2."""
ZONE = 'ec2:zone'
"""EC2's zone of it, '' likewise."""

PROFILE = 'ec2'
"""Key of a port's binding:profile: what Neutron must know of its interface.

A mapping of ``PROFILE_*``, there while the port is on EC2, or about to be.
"""
PROFILE_VPC = 'vpc_id'
PROFILE_SUBNET = 'subnet_id'
PROFILE_ZONE = 'zone'
PROFILE_INTERFACE = 'interface_id'
"""There once the interface is."""


@dataclasses.dataclass(frozen=True, slots=True)
class NeutronSubnet:
    """One Neutron subnet.

    :param ec2_id: the VPC subnet, '' where it is not on EC2
    :param zone: EC2's zone, '' likewise
    :param told: whether Neutron says at all which subnets are on EC2
    """

    subnet_id: str
    cidr: str
    ec2_id: str = ''
    zone: str = ''
    told: bool = False

    @property
    def version(self) -> int:
        """4 or 6."""
        return self._block.version

    def holds(self, address: str) -> bool:
        """Whether an address is of this subnet."""
        return ipaddress.ip_address(address) in self._block

    @property
    def _block(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        # Neutron may show a host's address: 192.168.1.1/24.
        return ipaddress.ip_network(self.cidr, strict=False)


def of(raw: Mapping[str, Any]) -> NeutronSubnet:
    """Read a subnet of Neutron's API."""
    ec2_id = raw.get(SUBNET_ID) or ''
    return NeutronSubnet(
        subnet_id=raw['id'], cidr=raw['cidr'], ec2_id=ec2_id,
        zone=(raw.get(ZONE) or '') if ec2_id else '',
        told=SUBNET_ID in raw)


def told(subnets: Iterable[NeutronSubnet]) -> bool:
    """Whether Neutron says which of a network's subnets are on EC2."""
    return any(one.told for one in subnets)
