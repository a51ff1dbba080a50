# SPDX-License-Identifier: Apache-2.0
"""What the mechanism driver is told of networks, subnets and ports."""

from collections.abc import Mapping
from typing import Any

from neutron_lib import constants
from neutron_lib.callbacks import events, registry, resources

from nova_ec2.models import neutron_subnet
from nova_ec2.neutron import kinds, subnet_blocks
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.errors import EC2Refused, as_neutron
from nova_ec2.neutron.groups import Groups
from nova_ec2.neutron.mapped import Mapped
from nova_ec2.neutron.networks import Networks
from nova_ec2.neutron.site import Sites
from nova_ec2.neutron.subnets import Subnets
from nova_ec2.neutron.subnets_asked import Asked


class Managed:
    """Hands what Neutron does to those who do it on EC2.

    :ivar asked: checks requests for subnets
    """

    def __init__(self, sites: Sites, groups: Groups, mapped: Mapped) -> None:
        self._sites = sites
        self._mapped = mapped
        self.networks = Networks(sites, groups)
        self.asked = Asked(sites, self.networks, mapped)
        self.subnets = Subnets(sites, self.networks, self.asked)

    def subscribe(self) -> None:
        """Called once, when Neutron has loaded the driver."""
        registry.subscribe(self.asked.subnet_comes, resources.SUBNET,
                           events.BEFORE_CREATE)

    # Networks

    def network_came(self, network: Mapping[str, Any]) -> None:
        """Make its VPC; what is raised makes Neutron delete it again."""
        if kinds.is_managed(network):
            with as_neutron():
                self.networks.make(network['id'],
                                   network.get('project_id') or '')

    def network_went(self, network: Mapping[str, Any]) -> None:
        """Delete its VPC."""
        if kinds.is_managed(network) and self._sites.configured:
            with as_neutron():
                self.networks.remove(network['id'],
                                     network.get('project_id') or '')

    # Subnets

    def subnet_came(self, context: Any, subnet: dict[str, Any]) -> None:
        """Make its VPC subnet; what is raised makes Neutron delete it.

        :param context: of an administrator
        :param subnet: gets EC2's id
        """
        for row in rows.managed(context, [subnet['id']]):
            with as_neutron():
                subnet[neutron_subnet.SUBNET_ID] = self.subnets.ensure(
                    context, row)

    def subnet_changes(self, old: Mapping[str, Any],
                       new: Mapping[str, Any]) -> None:
        """Refuse pools and gateways that EC2 has not.

        :raises EC2Refused: says what it has
        """
        if not new.get(neutron_subnet.ZONE):
            return
        with as_neutron():
            if new['allocation_pools'] != old['allocation_pools']:
                subnet_blocks.check_pools(new['cidr'],
                                          new['allocation_pools'])
            if new['gateway_ip'] != old['gateway_ip']:
                subnet_blocks.check_gateway(new['cidr'], new['gateway_ip'])

    def subnet_went(self, context: Any, subnet: Mapping[str, Any]) -> None:
        """Delete its VPC subnet, if it was made for it.

        :param context: of an administrator
        """
        if subnet.get(neutron_subnet.ZONE) and self._sites.configured:
            with as_neutron():
                self.subnets.remove(context, subnet['id'],
                                    subnet['network_id'], subnet['cidr'])

    # Ports

    def port_changes(self, context: Any, old: Mapping[str, Any] | None,
                     new: Mapping[str, Any]) -> None:
        """Refuse an address that EC2 keeps for itself.

        :param context: of an administrator, in a transaction
        :raises EC2Refused: names it
        """
        before = (old or {}).get('fixed_ips') or ()
        fixed = [one for one in new.get('fixed_ips') or ()
                 if one not in before]
        if not fixed or not self._sites.configured:
            return
        managed = {row.subnet_id: [row.cidr] for row in rows.managed(
            context, {one['subnet_id'] for one in fixed})}
        for one in fixed:
            for cidr in managed.get(one['subnet_id']) or (
                    self._mapped.blocks(one['subnet_id'])):
                _check_address(cidr, one['ip_address'],
                               new.get('device_owner') or '')


def _check_address(cidr: str, address: str, owner: str) -> None:
    kept = subnet_blocks.reserved(cidr)
    if owner in constants.ROUTER_INTERFACE_OWNERS:
        kept -= set(subnet_blocks.gateways(cidr))
    if address in kept:
        raise EC2Refused(
            reason=f'EC2 keeps {address}: it gives nobody the first four '
            f'addresses and the last of a subnet ({cidr})')
