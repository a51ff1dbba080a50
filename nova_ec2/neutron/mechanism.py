# SPDX-License-Identifier: Apache-2.0
"""ML2 mechanism driver ``ec2``: the ports of EC2 hosts.

nova-compute makes an interface on EC2 and then writes its MAC and the host
into the port with one update, which is bound here. What Neutron's users
change later, the followers carry to EC2 (:mod:`nova_ec2.neutron.followers`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api
from oslo_config import cfg
from oslo_log import log as logging

from nova_ec2.neutron.followers import Followers
from nova_ec2.neutron.hosts import serves
from nova_ec2.neutron.managed import Managed
from nova_ec2.neutron.managed_round import ManagedRound
from nova_ec2.neutron.mapped import Mapped
from nova_ec2.neutron.mapped_pools import MappedPools
from nova_ec2.neutron.private_hosts import PrivateHosts
from nova_ec2.neutron.reconciler import Reconciler
from nova_ec2.neutron.routers import Routers
from nova_ec2.neutron.routers_round import RoutersRound
from nova_ec2.neutron.site import Sites
from nova_ec2.neutron.worker import ReconcilingWorker

LOG = logging.getLogger(__name__)

VIF_DETAILS = {
    # EC2's security groups filter, not Neutron's agents.
    portbindings.CAP_PORT_FILTER: False,
    # A VPC routes by address and carries no other frames.
    portbindings.VIF_DETAILS_CONNECTIVITY: portbindings.CONNECTIVITY_L3,
}


class EC2MechanismDriver(api.MechanismDriver):
    """Binds ports on the hosts of ``[ml2_ec2] hosts``, and no other."""

    def initialize(self) -> None:
        """Read the options; called once neutron-server has read its files."""
        self.sites = Sites()
        self.followers = Followers(self.sites)
        # What others add to a round, each called with an administrator's
        # context.
        self.steps: list[Callable[[Any], None]] = []
        self.mapped = Mapped(self.sites)
        self.managed = Managed(self.sites, self.followers.groups,
                               self.mapped)
        self.managed.subscribe()
        routers = Routers(self.sites)
        self.steps += [
            MappedPools(self.sites, self.mapped).step,
            ManagedRound(self.sites, self.managed).step,
            RoutersRound(self.sites, routers).step]
        self._patterns = tuple(cfg.CONF.ml2_ec2.hosts)
        if self.sites.configured:
            self.followers.subscribe()
            routers.subscribe()
            PrivateHosts(self._patterns).subscribe()
        if not self._patterns:
            LOG.warning('[ml2_ec2] hosts is empty: the mechanism driver ec2 '
                        'binds no port.')

    def get_workers(self) -> list[ReconcilingWorker]:
        """What neutron-periodic-workers runs for this driver."""
        if not self.sites.configured:
            return []
        return [ReconcilingWorker(self.reconciler)]

    def reconciler(self) -> Reconciler:
        """All that a round does."""
        return Reconciler(self.sites, self.followers, tuple(self.steps))

    # Networks, subnets and their addresses

    def create_network_precommit(self, context: Any) -> None:
        """Refuse what EC2 cannot be."""
        self.managed.networks.check(context.current)

    def create_network_postcommit(self, context: Any) -> None:
        """Make its VPC."""
        self.managed.network_came(context.current)

    def update_network_precommit(self, context: Any) -> None:
        """Refuse what would need another VPC."""
        self.managed.networks.check_update(context.original, context.current)

    def delete_network_postcommit(self, context: Any) -> None:
        """Delete its VPC."""
        self.managed.network_went(context.current)

    def create_subnet_postcommit(self, context: Any) -> None:
        """Make its VPC subnet."""
        self.managed.subnet_came(_elevated(context), context.current)

    def update_subnet_precommit(self, context: Any) -> None:
        """Refuse addresses that EC2 keeps."""
        self.managed.subnet_changes(context.original, context.current)

    def delete_subnet_postcommit(self, context: Any) -> None:
        """Delete its VPC subnet."""
        self.managed.subnet_went(_elevated(context), context.current)

    def create_port_precommit(self, context: Any) -> None:
        """Refuse addresses that EC2 keeps."""
        self.managed.port_changes(_elevated(context), None, context.current)

    def update_port_precommit(self, context: Any) -> None:
        """Refuse addresses that EC2 keeps."""
        self.managed.port_changes(_elevated(context), context.original,
                                  context.current)

    # Bindings

    @property
    def connectivity(self) -> str:
        """EC2 needs an address before it makes an interface."""
        level: str = portbindings.CONNECTIVITY_L3
        return level

    def bind_port(self, context: Any) -> None:
        """Bind to the network's first segment, or leave the port alone.

        EC2 knows one kind of network, so the segment's type does not matter.
        Nothing is set for hosts or VNIC types that are not ours; Neutron
        then asks the next driver, and in the end reports binding_failed.
        """
        if not serves(context.host, self._patterns):
            return
        vnic_type = context.current.get(portbindings.VNIC_TYPE)
        if vnic_type != portbindings.VNIC_NORMAL:
            LOG.error('Port %s on host %s asks for the VNIC type %s; EC2 has '
                      'none but %s, so the port stays unbound.',
                      context.current['id'], context.host, vnic_type,
                      portbindings.VNIC_NORMAL)
            return
        segment = context.segments_to_bind[0]
        context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OTHER,
                            dict(VIF_DETAILS),
                            status=constants.PORT_STATUS_ACTIVE)

    def filter_hosts_with_segment_access(
            self, context: Any, segments: Any, candidate_hosts: Iterable[str],
            agent_getter: Any) -> set[str]:
        """Which of the hosts reach a segment: ours reach all.

        Saying so keeps the filtering of the private hosts alive: Neutron
        gives it up for all when one driver does not answer.
        """
        return {host for host in candidate_hosts
                if serves(host, self._patterns)}


def _elevated(context: Any) -> Any:
    """An administrator's context, with the session of the caller's."""
    return context.plugin_context.elevated()
