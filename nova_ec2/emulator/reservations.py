# SPDX-License-Identifier: Apache-2.0
"""Subnet CIDR reservations of type explicit; moto keeps them.

CreateSubnetCidrReservation, API Reference; "Subnet CIDR reservations",
Amazon VPC User Guide.
"""

import ipaddress
from typing import Any

from nova_ec2.emulator.errors import Refusal, only

KNOWN = frozenset({'SubnetId', 'Cidr', 'ReservationType', 'Description',
                   'DryRun', 'TagSpecifications'})


def check(params: dict[str, Any]) -> None:
    """Refuse a CreateSubnetCidrReservation that would have no effect here."""
    only(params, KNOWN, 'CreateSubnetCidrReservation')
    if params.get('ReservationType') == 'prefix':
        raise Refusal('UnsupportedOperation',
                      'This emulator does not give interfaces prefixes.')
    if ':' in (params.get('Cidr') or ''):
        raise Refusal('UnsupportedOperation',
                      'This emulator reserves blocks of IPv4 only.')


def explicit(subnet: Any) -> list[ipaddress.IPv4Network]:
    """The blocks of a moto subnet that are given out on request only."""
    return [one.cidr for one in subnet._cidr_reservations]
