# SPDX-License-Identifier: Apache-2.0
"""What the two nova-computes have in common."""

from localcloud import clients
from localcloud.nova_service import NovaService


class ComputeService(NovaService):
    """Ready once it is up and the scheduler may choose it."""

    binary = 'nova-compute'
    needs: tuple[str, ...] = ('nova-conductor', 'placement', 'neutron',
                              'accounts')

    def ready(self) -> bool:
        # Only hosts that were mapped to their cell are listed as hypervisors,
        # and the scheduler finds those whose traits Placement has, which
        # nova-compute writes last.
        return self.service_up() and any(
            self._has_traits(row['hypervisor_hostname'])
            for row in clients.try_get(self.cloud, 'compute',
                                       '/os-hypervisors/detail',
                                       'hypervisors')
            if row['hypervisor_hostname']
            and row['service']['host'] == self.host)

    def _has_traits(self, node: str) -> bool:
        return any(
            clients.try_get(self.cloud, 'placement',
                            f'/resource_providers/{provider["uuid"]}/traits',
                            'traits', microversion='1.6')
            for provider in clients.try_get(
                self.cloud, 'placement', f'/resource_providers?name={node}',
                'resource_providers'))
