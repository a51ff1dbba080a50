# SPDX-License-Identifier: Apache-2.0
"""Neutron's ports follow the interfaces that EC2 made.

EC2 chooses the MAC, and Neutron lets a port's MAC change only while it is not
bound. So Nova leaves the port unbound (network_binding_host_id is None), and
one update after the launch writes MAC and host; Neutron then binds it.
"""

from typing import Any

from neutronclient.common import exceptions as neutron_exc
from nova import context as nova_context
from nova import objects
from oslo_concurrency import lockutils

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import Interface, Server
from nova_ec2.ops import port_profile
from nova_ec2.ops.neutron_subnets import NeutronSubnets, client


class Ports:
    """The Neutron ports of the servers of one host."""

    def __init__(self, host: str, subnets: NeutronSubnets) -> None:
        self._host = host
        self._subnets = subnets

    def follow(self, instance: Any, network_info: Any,
               server: Server) -> None:
        """Give every port its interface's MAC and address, and bind it.

        A port that existed before the request keeps its address: EC2 was
        asked for it. Nova's copy (``network_info`` and the cache) follows.

        :raises NetworkRefused: Neutron did not take the update
        """
        if not network_info:
            return
        interfaces = {item.device_index: item for item in server.interfaces}
        for index, vif in enumerate(network_info):
            interface = interfaces.get(index)
            if interface is None:
                raise exc.NetworkRefused(
                    f'instance {server.instance_id} has no interface for '
                    f'port {vif["id"]}')
            self._follow_one(vif, interface)
        self._save(instance, network_info)

    def join(self, instance: Any, vif: Any, interface: Interface) -> None:
        """Give one more port its interface's MAC, and bind it.

        Nova's copy of that port follows, and of no other: verbs on them may
        be under way.

        :raises NetworkRefused: Neutron did not take the update
        """
        self._follow_one(vif, interface)
        with lockutils.lock(f'refresh_cache-{instance.uuid}'):
            cache = objects.InstanceInfoCache.get_by_instance_uuid(
                nova_context.get_admin_context(), instance.uuid)
            network_info = cache.network_info
            for place, known in enumerate(network_info):
                if known['id'] == vif['id']:
                    network_info[place] = vif
            cache.network_info = network_info
            cache.save()

    def _follow_one(self, vif: Any, interface: Interface) -> None:
        try:
            if vif.get('type') not in (None, 'unbound', 'binding_failed'):
                # A second launch of the same build: loose it first.
                client().update_port(
                    vif['id'], {'port': {'binding:host_id': ''}})
            body = self._body(vif, interface)
            port = client().update_port(vif['id'], {'port': body})['port']
        except neutron_exc.NeutronClientException as error:
            raise exc.NetworkRefused(
                f'Neutron did not take MAC {interface.mac_address} and '
                f'address {interface.private_address} for port {vif["id"]}: '
                f'{error}') from error
        if port.get('binding:vif_type') == 'binding_failed':
            raise exc.NetworkRefused(
                f'Neutron could not bind port {vif["id"]} to host '
                f'{self._host}; is the ec2 mechanism driver in [ml2] '
                f'mechanism_drivers, and the host in [ml2_ec2] hosts?')
        _copy(vif, port, interface)

    def _body(self, vif: Any, interface: Interface) -> dict[str, Any]:
        body: dict[str, Any] = {'mac_address': interface.mac_address,
                                'binding:host_id': self._host}
        profile = port_profile.launched(vif, interface.interface_id)
        if profile is not None:
            body['binding:profile'] = profile
        fixed = _first_ipv4(vif)
        if fixed and fixed['address'] != interface.private_address:
            if vif.get('preserve_on_delete'):
                raise exc.NetworkRefused(
                    f'port {vif["id"]} existed before the request and has '
                    f'address {fixed["address"]}, EC2 gave '
                    f'{interface.private_address}')
            address = interface.private_address
            # Neutron fails where an address comes with a MAC and without
            # its subnet.
            body['fixed_ips'] = [{
                'ip_address': address,
                'subnet_id': self._subnets.holding(
                    vif['network']['id'], address).subnet_id}]
        return body

    @staticmethod
    def _save(instance: Any, network_info: Any) -> None:
        # The lock that Nova's own refreshes of the cache take.
        with lockutils.lock(f'refresh_cache-{instance.uuid}'):
            instance.info_cache.network_info = network_info
            instance.info_cache.save()


def _first_ipv4(vif: Any) -> Any:
    return next((fixed for fixed in vif.fixed_ips()
                 if fixed['version'] == 4), None)


def _copy(vif: Any, port: dict[str, Any], interface: Interface) -> None:
    """What the port became, into Nova's copy of it."""
    vif['address'] = interface.mac_address
    vif['profile'] = port.get('binding:profile') or {}
    vif['type'] = port.get('binding:vif_type') or vif['type']
    vif['details'] = port.get('binding:vif_details') or {}
    vif['active'] = port.get('status') == 'ACTIVE'
    fixed = _first_ipv4(vif)
    if fixed:
        fixed['address'] = interface.private_address
