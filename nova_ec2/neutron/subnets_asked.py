# SPDX-License-Identifier: Apache-2.0
"""What Neutron's users ask of subnets in networks of the type ``ec2``.

It is refused here what EC2 would not make, before anything is saved.
"""

from collections.abc import Mapping
from typing import Any

from neutron_lib import constants
from neutron_lib.api import validators
from neutron_lib.plugins import directory

from nova_ec2 import exceptions as exc
from nova_ec2.models import neutron_subnet
from nova_ec2.models.vpc import Vpc
from nova_ec2.neutron import kinds, subnet_blocks
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.errors import EC2Refused, as_neutron
from nova_ec2.neutron.mapped import Mapped
from nova_ec2.neutron.networks import Networks
from nova_ec2.neutron.site import Sites


class Asked:
    """Checks requests; completes an IPv6 one, whose block EC2 chooses."""

    def __init__(self, sites: Sites, networks: Networks,
                 mapped: Mapped) -> None:
        self._sites = sites
        self._networks = networks
        self._mapped = mapped

    def subnet_comes(self, resource: str, event: str, trigger: Any,
                     payload: Any) -> None:
        """Check a subnet that is to be made.

        :raises EC2Refused: EC2 does not make it; says what it makes
        """
        # Here, since the transaction that follows must not wait for EC2.
        self._mapped.refresh()
        subnet = payload.latest_state
        context = payload.context.elevated()
        if not is_managed(context, subnet['network_id']):
            if zone_of(subnet):
                raise EC2Refused(
                    reason=f'only subnets of networks of the type ec2 are '
                    f'made in a zone of EC2; leave {neutron_subnet.ZONE} '
                    f'out')
            return
        with as_neutron():
            zone = self.zone(subnet)
            if subnet.get('ip_version') == constants.IP_VERSION_6:
                self._check_ipv6(context, subnet, zone)
            else:
                self._check_ipv4(subnet)

    def zone(self, subnet: Mapping[str, Any]) -> str:
        """The zone in which a subnet is to be made.

        :raises NetworkRefused: nobody says one
        """
        zone = zone_of(subnet) or self._sites.options.default_zone
        if not zone:
            raise exc.NetworkRefused(
                f'a subnet on EC2 lies in one zone: say '
                f'{neutron_subnet.ZONE}; [ml2_ec2] default_zone is not set')
        return str(zone)

    # IPv4

    def _check_ipv4(self, subnet: Mapping[str, Any]) -> None:
        cidr = subnet.get('cidr')
        if not validators.is_attr_set(cidr):
            # Of a subnet pool, which chooses it: EC2 sees it afterwards.
            return
        cidr = subnet_blocks.normal(str(cidr))
        subnet_blocks.check_size(cidr)
        self._check_shape(cidr, subnet)
        self.check_place(cidr, self._networks.get(subnet['network_id']))

    def check_place(self, cidr: str, vpc: Vpc) -> None:
        """Refuse an IPv4 block for which a VPC of others has no room.

        :raises NetworkRefused: says which blocks it has
        """
        blocks = [one.cidr for one in vpc.blocks]
        if subnet_blocks.inside(cidr, blocks):
            return
        if not self._sites.of_vpc(vpc.vpc_id).ours(vpc.tags):
            raise exc.NetworkRefused(
                f'{cidr} is outside of {" and ".join(blocks)}, the blocks '
                f'of {vpc.vpc_id} ([ml2_ec2] vpc_id)')
        if subnet_blocks.overlaps(cidr, blocks):
            raise exc.NetworkRefused(
                f'{cidr} is partly inside of {" and ".join(blocks)}, the '
                f'blocks of {vpc.vpc_id}; it must be inside of one, or '
                f'apart from all')

    @staticmethod
    def _check_shape(cidr: str, subnet: Mapping[str, Any]) -> None:
        if validators.is_attr_set(subnet.get('gateway_ip')):
            subnet_blocks.check_gateway(cidr, subnet['gateway_ip'])
        if validators.is_attr_set(subnet.get('allocation_pools')):
            subnet_blocks.check_pools(cidr, subnet['allocation_pools'])

    # IPv6

    def _check_ipv6(self, context: Any, subnet: dict[str, Any],
                    zone: str) -> None:
        for name in ('ipv6_address_mode', 'ipv6_ra_mode'):
            if subnet.get(name) in (constants.IPV6_SLAAC,
                                    constants.DHCPV6_STATELESS):
                raise exc.NetworkRefused(
                    f'EC2 gives IPv6 addresses by DHCP only: leave {name} '
                    f'out, or say {constants.DHCPV6_STATEFUL}')
        cidr = subnet.get('cidr')
        if validators.is_attr_set(cidr):
            cidr = subnet_blocks.normal(str(cidr))
            subnet_blocks.check_size(cidr)
            self._check_shape(cidr, subnet)
        network_id = subnet['network_id']
        beside(rows.managed(context, network_id=network_id), zone)
        if validators.is_attr_set(subnet.get('subnetpool_id')) or (
                subnet.get('use_default_subnetpool') is True):
            return
        self._choose_ipv6(subnet, cidr, self.with_ipv6(network_id))

    def with_ipv6(self, network_id: str) -> Vpc:
        """The VPC of a network with an IPv6 block, which EC2 chooses.

        :raises NetworkRefused: it is a VPC of others, without one
        """
        vpc = self._networks.get(network_id)
        if vpc.ipv6_blocks:
            return vpc
        site = self._sites.of_vpc(vpc.vpc_id)
        if not site.ours(vpc.tags):
            raise exc.NetworkRefused(
                f'{vpc.vpc_id} ([ml2_ec2] vpc_id) has no IPv6 block')
        try:
            site.ec2.vpcs.associate_ipv6(vpc.vpc_id)
        except (exc.QuotaExceeded, exc.OutcomeUnknown, exc.ServiceFault):
            # By somebody faster, or by the call whose reply was lost.
            if not self._networks.settle(vpc.vpc_id).ipv6_blocks:
                raise
        return self._networks.settle(vpc.vpc_id)

    def _choose_ipv6(self, subnet: dict[str, Any], cidr: Any,
                     vpc: Vpc) -> None:
        blocks = [one.cidr for one in vpc.ipv6_blocks]
        site = self._sites.of_vpc(vpc.vpc_id)
        taken = [one.cidr for lies in site.ec2.subnets.find(
            {'vpc-id': [vpc.vpc_id]}) for one in lies.ipv6_blocks]
        free = next(filter(None, (subnet_blocks.free(
            one, subnet_blocks.IPV6, taken) for one in blocks)), None)
        if free is None:
            raise exc.NetworkRefused(
                f'{" and ".join(blocks)}, what EC2 gave {vpc.vpc_id}, has '
                f'no free /{subnet_blocks.IPV6} left')
        if not validators.is_attr_set(cidr):
            subnet['cidr'] = free
        elif not subnet_blocks.inside(cidr, blocks):
            raise exc.NetworkRefused(
                f'EC2 chooses the IPv6 addresses of a network: {cidr} is '
                f'outside of {" and ".join(blocks)}; {free} is free, and is '
                f'taken where no CIDR is said')


def beside(lies: list[rows.Row], zone: str) -> rows.Row:
    """The IPv4 subnet whose VPC subnet an IPv6 one joins.

    A VPC subnet has one block of each.

    :param lies: the managed subnets of the network
    :raises NetworkRefused: there is none that has no IPv6 subnet yet
    """
    here = [one for one in lies if one.zone == zone]
    four = [one for one in here if one.version == 4]
    six = len(here) - len(four)
    taken = {one.ec2_id for one in here if one.version == 6 and one.ec2_id}
    free = [one for one in four if one.ec2_id not in taken]
    if len(four) <= six or not free:
        raise exc.NetworkRefused(
            f'an IPv6 subnet on EC2 joins an IPv4 subnet of the same network '
            f'and zone: make one more of those in {zone} before')
    return free[0]


def is_managed(context: Any, network_id: str) -> bool:
    """Whether subnets of a network are made on EC2.

    :param context: of an administrator
    :raises NetworkNotFound: there is no such network
    """
    return kinds.is_managed(
        directory.get_plugin().get_network(context, network_id))


def zone_of(subnet: Mapping[str, Any]) -> str:
    """The zone that a request names, or ''."""
    zone = subnet.get(neutron_subnet.ZONE)
    return str(zone) if validators.is_attr_set(zone) else ''
