# SPDX-License-Identifier: Apache-2.0
"""CreateTags: what is tagged must be there.

moto looks for some kinds of resources only.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models import EC2Backend


class TagTargets(EC2Backend):
    """The part of the backend that looks for what is to be tagged."""

    find_group: Callable[[str], Any]
    elastic: Callable[[str], Any]
    find_gateway: Callable[[str], Any]
    find_egress_only: Callable[[str], Any]
    find_nat: Callable[[str], Any]

    def do_resources_exist(self, resource_ids: list[str]) -> bool:
        """Refuse as soon as one is not there, each by its own code."""
        finders = {'sg': self.find_group, 'eipalloc': self.elastic,
                   'igw': self.find_gateway, 'eigw': self.find_egress_only,
                   'nat': self.find_nat,
                   'eni': self.get_network_interface}
        others = []
        for resource_id in resource_ids:
            find = finders.get(resource_id.partition('-')[0])
            if find is None:
                others.append(resource_id)
            else:
                find(resource_id)
        return super().do_resources_exist(others)
