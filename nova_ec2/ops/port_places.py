# SPDX-License-Identifier: Apache-2.0
"""Before a launch every port is put where its host is, and Neutron told.

A VPC subnet lies in one zone, and Neutron picks an address before the host is
known. So a port that Nova made for the request is moved to a subnet of the
host's zone; one that was there before keeps its address, and nova-scheduler's
EC2PortFilter has found it a host of its zone.

Where Neutron does not say which subnets are on EC2, all ports lie in ``[ec2]
subnet_id``.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from neutronclient.common import exceptions as neutron_exc
from nova import context as nova_context
from nova.network import neutron
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping.network import Spot
from nova_ec2.models import neutron_subnet
from nova_ec2.models.network import Subnet
from nova_ec2.models.neutron_subnet import NeutronSubnet
from nova_ec2.ops import port_profile
from nova_ec2.ops.addresses import RequestedAddresses
from nova_ec2.ops.context import Site
from nova_ec2.ops.neutron_subnets import NeutronSubnets, client
from nova_ec2.ops.port_groups import PortGroups

LOG = logging.getLogger(__name__)

# One VPC subnet can be two of Neutron's, for IPv4 and for IPv6.
_Choice = tuple[NeutronSubnet, ...]


@dataclasses.dataclass(frozen=True)
class _Plan:
    """Where a port's interface can be made.

    :param choices: EC2's subnets, best first, with Neutron's of each
    :param move: whether the port gets addresses there
    """

    choices: tuple[tuple[Subnet, _Choice], ...]
    move: bool = False


@dataclasses.dataclass(frozen=True)
class PortPlaces:
    """Finds the subnets and groups of ports on one host."""

    site: Site
    subnets: NeutronSubnets
    groups: PortGroups
    addresses: RequestedAddresses

    def settle(self, instance: Any, network_info: Any) -> dict[str, Spot]:
        """Put the ports of a launch where the host is.

        Nova's copy, ``network_info``, follows. All ports are looked at
        before the first is touched.

        :returns: by port id
        :raises NetworkRefused: one cannot be served here, or Neutron did not
            take what it was told
        """
        vifs = list(network_info or ())
        plans = [self._plan(instance, vif) for vif in vifs]
        _check_one_vpc(vifs, plans)
        return {vif['id']: self._carry_out(instance, vif, plan)
                for vif, plan in zip(vifs, plans, strict=True)}

    def settle_one(self, instance: Any, vif: Any) -> Spot:
        """Put one port where the host is, in whichever VPC."""
        return self._carry_out(instance, vif, self._plan(instance, vif))

    def known(self, network_info: Any) -> dict[str, Spot]:
        """Where the ports of a server are; nothing is changed or told."""
        found = {}
        for vif in network_info or ():
            lies = self._lies(vif)
            if lies and lies[0].ec2_id:
                found[vif['id']] = Spot(self._subnet(lies[0].ec2_id))
        return found

    # One port

    def _plan(self, instance: Any, vif: Any) -> _Plan:
        network_id = vif['network']['id'] if vif['network'] else ''
        try:
            return self._planned(instance, vif, network_id)
        except exc.NetworkRefused:
            # By what is remembered; a subnet may be new.
            self.subnets.forget(network_id)
        return self._planned(instance, vif, network_id)

    def _planned(self, instance: Any, vif: Any, network_id: str) -> _Plan:
        subnets = self.subnets.of(network_id) if network_id else ()
        if not neutron_subnet.told(subnets):
            return _Plan(((self.site.subnet, ()),))
        lies = self._lies(vif)
        here = self._here(subnets)
        at = {one.ec2_id for one in lies}
        if len(at) == 1 and at <= set(here):
            return _Plan(self._choices(here, at))
        if lies and self.addresses.keeps(instance, vif):
            raise exc.NetworkRefused(self._why(vif, lies))
        if not here:
            raise exc.NetworkRefused(
                f'network {network_id} has no subnet in zone '
                f'{self.site.zone} of EC2 (it has: {_where(subnets)}); ask '
                f'for another zone or network')
        return _Plan(self._choices(here, here),
                     move=not vif.get('preserve_on_delete'))

    def _lies(self, vif: Any) -> list[NeutronSubnet]:
        """Neutron's subnets of a port's addresses."""
        return [self.subnets.holding(vif['network']['id'], fixed['address'])
                for fixed in vif.fixed_ips()]

    def _here(self, subnets: Iterable[NeutronSubnet]) -> dict[str, _Choice]:
        """A network's subnets in the host's zone, by EC2's id.

        A network may have some in several accounts. Where none is in this
        one, all are told, and why the first cannot be used comes later.
        """
        found: dict[str, _Choice] = {}
        for one in subnets:
            if one.ec2_id and one.zone == self.site.zone:
                found[one.ec2_id] = (*found.get(one.ec2_id, ()), one)
        return {ec2_id: choice for ec2_id, choice in found.items()
                if self._is_there(ec2_id)} or found

    def _is_there(self, ec2_id: str) -> bool:
        """Whether a VPC subnet is in the server's account."""
        try:
            self._subnet(ec2_id)
        except exc.NetworkRefused:
            return False
        return True

    def _choices(self, here: Mapping[str, _Choice], chosen: Iterable[str]
                 ) -> tuple[tuple[Subnet, _Choice], ...]:
        return tuple((self._subnet(ec2_id), here[ec2_id])
                     for ec2_id in chosen)

    def _subnet(self, ec2_id: str) -> Subnet:
        try:
            return self.site.catalogue.subnet(
                ec2_id, self.site.conf.ec2.port_addresses == 'ec2')
        except exc.NotFound as error:
            raise exc.NetworkRefused(
                f'Neutron says that a subnet is {ec2_id} on EC2, which is '
                f'not there in account {self.site.account.name}, where this '
                f'server is: {error}') from error

    def _why(self, vif: Any, lies: list[NeutronSubnet]) -> str:
        """Why a port that keeps its addresses cannot be served here."""
        addresses = ', '.join(fixed['address'] for fixed in vif.fixed_ips())
        elsewhere = [one.ec2_id for one in lies
                     if one.ec2_id and not self._is_there(one.ec2_id)]
        if elsewhere:
            return (f'port {vif["id"]} ({addresses}) is in '
                    f'{", ".join(elsewhere)}, which is not there in account '
                    f'{self.site.account.name}, where this server is: '
                    f'choose a port in a subnet of that account')
        if {one.zone for one in lies} == {self.site.zone}:
            return (f'port {vif["id"]} has addresses of several VPC subnets '
                    f'({addresses}); an interface lies in one')
        return (f'port {vif["id"]} ({addresses}) is {_where(lies)}, this '
                f'host in zone {self.site.zone}: choose another port, or the '
                f"port's zone (nova-scheduler's EC2PortFilter does)")

    # What Neutron is told

    def _carry_out(self, instance: Any, vif: Any, plan: _Plan) -> Spot:
        for subnet, choice in plan.choices:
            port = self._tell(vif, subnet, choice, plan.move)
            if port is not None:
                break
        else:
            names = ', '.join(one.subnet_id for _, choice in plan.choices
                              for one in choice)
            raise exc.NetworkRefused(
                f'Neutron has no address left for port {vif["id"]} in zone '
                f'{self.site.zone} (subnets {names})')
        if plan.move:
            self._follow(instance, vif)
            LOG.info('Port %s moved to %s', vif['id'], subnet.subnet_id,
                     instance=instance)
        return Spot(subnet, self.groups.of(
            subnet, port,
            lambda: self._tell(vif, subnet, choice, move=False)))

    def _tell(self, vif: Any, subnet: Subnet, choice: _Choice,
              move: bool) -> Any:
        """One update of the port; None where the subnet is full."""
        if not choice and not self.groups.mirrored:
            return {}  # Neutron knows nothing of EC2.
        body: dict[str, Any] = {
            'binding:profile': port_profile.launching(vif, subnet)}
        if move:
            body['fixed_ips'] = [
                {'subnet_id': one.subnet_id} for one in
                {one.version: one for one in reversed(choice)}.values()]
        try:
            port = client().update_port(vif['id'], {'port': body})['port']
        except neutron_exc.IpAddressGenerationFailureClient:
            return None
        except neutron_exc.NeutronClientException as error:
            raise exc.NetworkRefused(
                f'Neutron did not take port {vif["id"]} for '
                f'{subnet.subnet_id}: {error}') from error
        vif['profile'] = body['binding:profile']
        return port

    def _follow(self, instance: Any, vif: Any) -> None:
        """Nova's copy of a port that was moved: address, gateway, routes."""
        found = neutron.API().get_instance_nw_info(
            nova_context.get_admin_context(), instance,
            refresh_vif_id=vif['id'])
        fresh = next(one for one in found if one['id'] == vif['id'])
        vif.clear()
        vif.update(fresh)


def _where(subnets: Iterable[NeutronSubnet]) -> str:
    return ' and '.join(dict.fromkeys(
        f'in zone {one.zone} of EC2' if one.ec2_id else 'not on EC2'
        for one in subnets)) or 'none'


def _check_one_vpc(vifs: list[Any], plans: list[_Plan]) -> None:
    """EC2 launches with interfaces of one VPC."""
    vpcs = {plan.choices[0][0].vpc_id: vif['id']
            for vif, plan in zip(vifs, plans, strict=True)}
    if len(vpcs) > 1:
        ports = ', '.join(f'{port} in {vpc}' for vpc, port in vpcs.items())
        raise exc.NetworkRefused(
            f'the ports are of several VPCs ({ports}), and EC2 launches a '
            f'server with interfaces of one; attach those of the others to '
            f'the server when it runs')
