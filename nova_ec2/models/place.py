# SPDX-License-Identifier: Apache-2.0
"""Where an EC2 host stands, as its compute node tells the other services.

The driver reports it in the ``stats`` of the compute node, which Nova keeps
for hosts that are down, too.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova_ec2.models import hypervisor

_PREFIX = 'ec2_'


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """What two hosts must share for a server to move between them.

    :param cloud: ``[ec2] cloud_id``
    :param account: number of the AWS account of its credentials, '' where it
        could not be read
    :param accounts: numbers of the accounts that it enters by a role, with
        commas between them
    """

    cloud: str
    account: str
    region: str
    zone: str
    accounts: str = ''

    @property
    def others(self) -> frozenset[str]:
        """Those accounts."""
        return frozenset(self.accounts.split(',')) - {''}


def to_stats(place: Place) -> dict[str, str]:
    """What the compute node's ``stats`` get."""
    return {_PREFIX + name: value
            for name, value in dataclasses.asdict(place).items()}


def of_node(node: Any) -> Place | None:
    """Read a compute node or a scheduler's host state.

    :param node: has ``hypervisor_type`` and ``stats``
    :returns: None for a host of another driver
    """
    if node.hypervisor_type != hypervisor.HYPERVISOR_TYPE:
        return None
    stats: Mapping[str, Any] = node.stats or {}
    return Place(**{field.name: str(stats.get(_PREFIX + field.name) or '')
                    for field in dataclasses.fields(Place)})
