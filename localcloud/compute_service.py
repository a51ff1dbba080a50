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
        # and only those whose inventory Placement has are chosen.
        return self.service_up() and any(
            self._has_inventory(row['hypervisor_hostname'])
            for row in clients.try_get(self.cloud, 'compute',
                                       '/os-hypervisors/detail',
                                       'hypervisors')
            if row['hypervisor_hostname']
            and row['service']['host'] == self.host)

    def _has_inventory(self, node: str) -> bool:
        return any(
            clients.try_get(self.cloud, 'placement',
                            f'/resource_providers/{provider["uuid"]}/'
                            'inventories', 'inventories')
            for provider in clients.try_get(
                self.cloud, 'placement', f'/resource_providers?name={node}',
                'resource_providers'))
