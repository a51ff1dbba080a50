# SPDX-License-Identifier: Apache-2.0
"""Interfaces on EC2 follow their ports."""

import collections
import dataclasses
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from neutron_lib.plugins import directory
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.neutron import groups, places
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a port wants of its interface.

    :param checks: whether only its own addresses may be used
    :param addresses: all that it is to have, the first one too
    """

    checks: bool
    addresses: frozenset[str]


class Interfaces:
    """Changes interfaces that nova-compute made and attached."""

    def __init__(self, sites: Sites, mirror: groups.Groups) -> None:
        self._sites = sites
        self._groups = mirror

    def check(self, context: Any, port: Mapping[str, Any]) -> None:
        """Refuse addresses that EC2 cannot give the interface.

        :param context: of an administrator
        :param port: as it is going to be
        :raises NetworkRefused: it would lose its first address
        :raises AddressTaken: another interface has one; names its port
        """
        seen = self._seen(port)
        if seen is None:
            return
        wish = self._wish(context, port)
        if seen.private_address not in wish.addresses:
            raise exc.NetworkRefused(
                f'port {port["id"]} must keep {seen.private_address}, the '
                f'first address of {seen.interface_id}: EC2 never changes '
                f'that one')
        for address in sorted(wish.addresses):
            for other in directory.get_plugin().get_ports(
                    context, filters={
                        'fixed_ips': {'ip_address': [address]},
                        'network_id': [port['network_id']]}):
                if other['id'] != port['id']:
                    raise exc.AddressTaken(
                        f'{address} is the address of port {other["id"]}; '
                        f'on EC2 one interface has an address')

    def follow(self, context: Any, port: Mapping[str, Any]) -> None:
        """Give a port's interface what the port has.

        :param context: of an administrator
        """
        place = places.of_port(port)
        if place and place.interface_id:
            self.follow_all(context, self._sites.of_vpc(place.vpc_id), [port])

    def follow_all(self, context: Any, site: Site,
                   ports: Iterable[Mapping[str, Any]]) -> None:
        """The same for many, with a call for every two hundred of them.

        :param context: of an administrator
        :param site: the account in which they are
        :raises NovaEC2Error: of the first that failed; all were tried
        """
        placed = {place.interface_id: (place, port) for port in ports
                  if (place := places.of_port(port)) and place.interface_id}
        seen = self._read(site, {
            interface_id: port for interface_id, (_, port) in placed.items()})
        known = self._known(context, site, [placed[one] for one in seen])
        failed: list[exc.NovaEC2Error] = []
        for interface_id, interface in seen.items():
            place, port = placed[interface_id]
            try:
                self._follow_groups(site, known[place.vpc_id], port,
                                    interface)
                self._follow_addresses(context, site, port, interface)
            except exc.NovaEC2Error as error:
                LOG.warning('Interface %s does not follow port %s: %s',
                            interface_id, port['id'], error)
                failed.append(error)
        if failed:
            raise failed[0]

    @staticmethod
    def _read(site: Site, ports: Mapping[str, Mapping[str, Any]]
              ) -> dict[str, NetworkInterface]:
        """The interfaces of ports, without those that are not theirs.

        :param ports: by ids of interfaces
        """
        if not ports:
            return {}
        there = site.ec2.interfaces.describe(list(ports))
        found = {}
        for interface_id, port in ports.items():
            seen = there.get(interface_id)
            if seen is not None and _is_its(seen, port, site.cloud_id):
                found[interface_id] = seen
            else:
                LOG.warning('Port %s names the interface %s, which %s; it '
                            'is left alone', port['id'], interface_id,
                            'is not its' if seen else 'is not there')
        return found

    def _seen(self, port: Mapping[str, Any]) -> NetworkInterface | None:
        """The port's interface, None where there is none that is its."""
        place = places.of_port(port)
        if not place or not place.interface_id:
            return None
        site = self._sites.of_vpc(place.vpc_id)
        return self._read(site, {place.interface_id: port}).get(
            place.interface_id)

    def _known(self, context: Any, site: Site,
               ports: Iterable[tuple[places.PortPlace, Mapping[str, Any]]]
               ) -> dict[str, dict[str, str]]:
        """EC2's ids of the groups of ports, by VPC and Neutron's ids."""
        wanted: dict[str, set[str]] = collections.defaultdict(set)
        for place, port in ports:
            wanted[place.vpc_id].update(groups.of_port(port))
        known = {}
        for vpc_id, names in wanted.items():
            found = site.ec2.security_groups.find(vpc_id, sorted(names),
                                                  site.cloud_id)
            if names - found.keys():
                found = self._groups.ensure(context, vpc_id, names)
            known[vpc_id] = found
        return known

    @staticmethod
    def _follow_groups(site: Site, known: Mapping[str, str],
                       port: Mapping[str, Any],
                       seen: NetworkInterface) -> None:
        should = {known[name] for name in groups.of_port(port)}
        if should != set(seen.group_ids):
            site.ec2.interfaces.set_groups(seen.interface_id, sorted(should))

    def _follow_addresses(self, context: Any, site: Site,
                          port: Mapping[str, Any],
                          seen: NetworkInterface) -> None:
        api = site.ec2.interfaces
        wish = self._wish(context, port)
        if wish.checks != seen.checks:
            api.set_check(seen.interface_id, wish.checks)
        has = {*seen.other_addresses, *seen.ipv6_addresses}
        should = wish.addresses - {seen.private_address}
        api.unassign(seen.interface_id, sorted(has - should))
        api.assign(seen.interface_id, sorted(should - has))

    def _wish(self, context: Any, port: Mapping[str, Any]) -> Wish:
        """A pair of one address of the subnet becomes a further address.

        Any other pair lets the port use addresses that are not the
        interface's, which EC2 allows for all of them or none.
        """
        pairs = port.get('allowed_address_pairs') or ()
        blocks = [ipaddress.ip_network(subnet['cidr']) for subnet
                  in directory.get_plugin().get_subnets(context, filters={
                      'network_id': [port['network_id']]})] if pairs else []
        # One that Neutron has yet to choose is in a subnet, no more.
        addresses = {one['ip_address'] for one in port['fixed_ips']
                     if one.get('ip_address')}
        wide = False
        for pair in pairs:
            block = ipaddress.ip_network(pair['ip_address'], strict=False)
            if block.num_addresses == 1 and any(
                    block.network_address in one for one in blocks):
                addresses.add(str(block.network_address))
            else:
                wide = True
        secure = port.get('port_security_enabled', True)
        return Wish(checks=secure and not wide,
                    addresses=frozenset(addresses))


def _is_its(seen: NetworkInterface, port: Mapping[str, Any],
            cloud_id: str) -> bool:
    server = seen.tags.get(tag_keys.SERVER, port['device_id'])
    return (seen.tags.get(tag_keys.CLOUD) == cloud_id
            and server == port['device_id'])
