# SPDX-License-Identifier: Apache-2.0
"""On which hosts a port can be served: a VPC subnet lies in one zone."""

import dataclasses
from collections.abc import Iterable, Sequence

from nova_ec2.models import neutron_subnet
from nova_ec2.models.neutron_subnet import NeutronSubnet
from nova_ec2.models.place import Place


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A port, or a network in which Nova is to make one.

    :param name: for messages: ``port UUID`` or ``network UUID``
    :param subnets: those that the port has addresses of; of a network all
    :param fixed: whether it is a port that keeps its addresses; else one of
        the subnets will do
    """

    name: str
    subnets: Sequence[NeutronSubnet]
    fixed: bool

    def __str__(self) -> str:
        return f'{self.name} is ' + ' and '.join(dict.fromkeys(
            f'in zone {one.zone} of EC2' if one.ec2_id else 'not on EC2'
            for one in self.subnets))


def serves(place: Place | None, asked: Asked) -> bool:
    """Whether a host can serve it.

    :param place: None for a host that is not on EC2
    """
    if not neutron_subnet.told(asked.subnets):
        return True
    suits = [_suits(one, place) for one in asked.subnets]
    return all(suits) if asked.fixed else any(suits)


def explained(places: Iterable[Place | None],
              asked: Sequence[Asked]) -> str:
    """Why none of the hosts serves all of it.

    Nova cuts messages after 255 characters, so they are few.
    """
    known = list(places)
    unserved = [one for one in asked
                if not any(serves(place, one) for place in known)]
    there = sorted({f'in zone {place.zone} of EC2' if place else 'not on EC2'
                    for place in known})
    return (f'{"; ".join(map(str, unserved or asked))}; the hosts that could '
            f'take the server are {", ".join(there)}')


def _suits(subnet: NeutronSubnet, place: Place | None) -> bool:
    if place is None:
        return not subnet.ec2_id
    return bool(subnet.ec2_id) and subnet.zone == place.zone
