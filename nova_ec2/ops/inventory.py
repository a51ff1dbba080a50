# SPDX-License-Identifier: Apache-2.0
"""What the scheduler learns of an EC2 host.

Placement gets an inventory without end; the figures that the weighers see are
modest ones, for weights are normalised over all hosts and an endless host
would flatten the differences between private ones.
"""

import dataclasses
import datetime
from typing import Any

import os_resource_classes as orc
from nova.objects import fields
from oslo_serialization import jsonutils
from oslo_utils import timeutils

from nova_ec2.models import hypervisor, place, traits
from nova_ec2.ops import type_traits
from nova_ec2.ops.context import Site
from nova_ec2.ops.offers import ZoneOffers
from nova_ec2.ops.whereabouts import Whereabouts

# The date of the EC2 API that is spoken.
_API_VERSION = 20161115
# The largest figure that Placement and the database hold.
_ENDLESS = 0x7FFFFFFF


@dataclasses.dataclass(frozen=True)
class Inventory:
    """Inventory, traits and figures of one host.

    :param vcpus, memory_mb, disk_gb: what the weighers see
    """

    site: Site
    vcpus: int
    memory_mb: int
    disk_gb: int
    whereabouts: Whereabouts
    zone_types: type_traits.TypeTraits
    offers: ZoneOffers
    begun: datetime.datetime = dataclasses.field(
        default_factory=timeutils.utcnow)

    def resources(self, nodename: str) -> dict[str, Any]:
        """Nova's ``get_available_resource``."""
        return {
            'vcpus': self.vcpus,
            'memory_mb': self.memory_mb,
            'local_gb': self.disk_gb,
            'vcpus_used': 0,
            'memory_mb_used': 0,
            'local_gb_used': 0,
            'hypervisor_type': hypervisor.HYPERVISOR_TYPE,
            'hypervisor_version': _API_VERSION,
            'hypervisor_hostname': nodename,
            'cpu_info': jsonutils.dumps({}),
            'disk_available_least': self.disk_gb,
            # EC2's Nitro is a KVM, and Nova's enumeration has no EC2.
            'supported_instances': [
                (arch, fields.HVType.KVM, fields.VMMode.HVM)
                for arch in (fields.Architecture.X86_64,
                             fields.Architecture.AARCH64)],
            'numa_topology': None,
            # For EC2MoveFilter, ZonePriceWeigher and the hosts that servers
            # come from. Nova takes the uptime from there where there are any.
            'stats': {**place.to_stats(self.whereabouts.here()),
                      **self.offers.stats(),
                      'uptime': self.uptime()},
        }

    def update(self, provider_tree: Any, nodename: str) -> None:
        """Nova's ``update_provider_tree``."""
        endless = {'total': _ENDLESS, 'reserved': 0, 'min_unit': 1,
                   'max_unit': _ENDLESS, 'step_size': 1,
                   'allocation_ratio': 1.0}
        known = self.zone_types.now()
        kinds = [orc.VCPU, orc.MEMORY_MB, orc.DISK_GB]
        if known and known.sev_snp:
            kinds.append(orc.MEM_ENCRYPTION_CONTEXT)
        provider_tree.update_inventory(
            nodename, {kind: dict(endless) for kind in kinds})
        # Added, not set: an operator's own traits stay.
        provider_tree.add_traits(nodename, *self.traits())
        if known:
            provider_tree.add_traits(nodename, *known.traits)
            provider_tree.remove_traits(
                nodename, *type_traits.MANAGED - known.traits)

    def traits(self) -> list[str]:
        """Traits that flavors and images can require or forbid."""
        return [traits.EC2, traits.of_region(self.site.ec2.region),
                traits.of_zone(self.site.zone)]

    def uptime(self) -> str:
        """Nova's ``get_host_uptime``: of this service, for EC2 has none."""
        up = timeutils.utcnow() - self.begun
        minutes = up.seconds // 60
        servers = len(self.site.fleet.servers())
        return (f'{timeutils.utcnow():%H:%M:%S} up {up.days} days, '
                f'{minutes // 60}:{minutes % 60:02}, {servers} servers in '
                f'{self.site.zone}')
