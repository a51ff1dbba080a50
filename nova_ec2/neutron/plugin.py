# SPDX-License-Identifier: Apache-2.0
"""Service plug-in ``ec2``: floating IPs that are Elastic IP addresses.

It works beside the plug-in ``router``, which has routers and floating IPs in
its database and knows nothing of EC2. Only floating IPs of external networks
of type ``ec2`` are looked at.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy
from neutron.db.models import l3 as l3_models
from neutron.db.models import port_forwarding as forwarding_models
from neutron.db.models import segment as segments
from neutron_lib import constants
from neutron_lib import exceptions as neutron_exc
from neutron_lib.api import validators
from neutron_lib.callbacks import events, priority_group, registry, resources
from neutron_lib.db import api as db_api
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory
from neutron_lib.services import base

from nova_ec2 import exceptions as exc
from nova_ec2.neutron import floating_ips, kinds, places
from nova_ec2.neutron.errors import EC2Conflict, EC2Refused, as_neutron, told
from nova_ec2.neutron.floating_ips_addresses import Addresses, Key, is_taken
from nova_ec2.neutron.floating_ips_round import Round

NAME = 'ec2'
"""In ``[DEFAULT] service_plugins``, and the kind of plug-in."""

# On the context of a request: the address that was allocated for it.
_ALLOCATED = 'ec2_allocated'

# An interface has its addresses before one of them gets a public one.
_LAST = priority_group.PRIORITY_DEFAULT + 1000


class EC2Plugin(base.ServicePluginBase):
    """Follows floating IPs, and ports that have them.

    :raises ConfigurationError: the mechanism driver ``ec2`` is not loaded
    """

    def __init__(self) -> None:
        super().__init__()
        driver = _driver()
        addresses = Addresses(driver.sites)
        self.addresses = addresses
        self.floating_ips = floating_ips.FloatingIPs(driver.sites, addresses)
        if driver.sites.configured:
            driver.steps.append(
                Round(driver.sites, addresses, self.floating_ips))
            self._subscribe()

    @classmethod
    def get_plugin_type(cls) -> str:
        """Its name among the service plug-ins."""
        return NAME

    def get_plugin_description(self) -> str:
        """Shown with the service providers."""
        return 'Floating IPs that are Elastic IP addresses of Amazon EC2'

    def _subscribe(self) -> None:
        for method, resource, event in (
                (self.comes, resources.FLOATING_IP, events.BEFORE_CREATE),
                (self.aborted, resources.FLOATING_IP, events.ABORT_CREATE),
                (self.changes, resources.FLOATING_IP, events.BEFORE_UPDATE),
                (self.changed, resources.FLOATING_IP, events.AFTER_CREATE),
                (self.changed, resources.FLOATING_IP, events.AFTER_UPDATE),
                (self.port_changed, resources.PORT, events.AFTER_UPDATE),
                (self.port_went, resources.PORT, events.AFTER_DELETE),
                (self.gateway_comes, resources.ROUTER_GATEWAY,
                 events.BEFORE_CREATE)):
            registry.subscribe(method, resource, event, _LAST)
        # Neutron tells of a port forwarding when it is saved already.
        db_api.sqla_listen(forwarding_models.PortForwarding, 'before_insert',
                           refuse_forwarding)

    # Floating IPs

    def comes(self, resource: str, event: str, trigger: Any,
              payload: Any) -> None:
        """Have an address for a floating IP that is about to be made."""
        wish = payload.request_body['floatingip']
        # As who asks: a network that is not theirs is not found.
        network = directory.get_plugin().get_network(
            payload.context, wish['floating_network_id'])
        if not kinds.is_elastic(network):
            return
        context = payload.context.elevated()
        _check_port(context, wish)
        if validators.is_attr_set(wish.get('subnet_id')):
            raise EC2Refused(
                reason=f'network {network["id"]} has Elastic IP addresses, '
                f'which EC2 chooses: a floating IP of it cannot be asked '
                f'for by subnet')
        address = wish.get('floating_ip_address')
        with as_neutron():
            if validators.is_attr_set(address):
                self.addresses.claim(context, network, address)
                self.floating_ips.accounts.check(
                    context, (network['id'], address),
                    wish.get('port_id') or '')
            else:
                address = self._address(payload.context, network, wish)
        # By its subnet: Neutron refuses to be asked for the first address of
        # a subnet, even where there is no other.
        wish |= {'subnet_id': self.addresses.have_subnet(context, network,
                                                         address),
                 'floating_ip_address': None}

    def _address(self, asking: Any, network: Mapping[str, Any],
                 wish: Mapping[str, Any]) -> str:
        """One more, or what this request has from before.

        Neutron does a request again where its database was in the way.
        """
        context = asking.elevated()
        has: Key | None = getattr(asking, _ALLOCATED, None)
        if has and has[0] == network['id'] and not is_taken(context, has):
            return has[1]
        project_id = wish.get('project_id') or ''
        site = self.floating_ips.accounts.choose(
            asking, wish.get('port_id') or '', project_id)
        address = self.addresses.allocate(context, site, network, project_id)
        setattr(asking, _ALLOCATED, (network['id'], address))
        return address

    def aborted(self, resource: str, event: str, trigger: Any,
                payload: Any) -> None:
        """Somebody else refused the floating IP."""
        has: Key | None = getattr(payload.context, _ALLOCATED, None)
        if has:
            with told(f'Elastic IP address {has[1]}'):
                self.addresses.release(payload.context.elevated(), has)

    def changes(self, resource: str, event: str, trigger: Any,
                payload: Any) -> None:
        """Refuse what cannot be associated."""
        wish = payload.request_body['floatingip']
        if not wish.get('port_id'):
            return
        context = payload.context.elevated()
        found = directory.get_plugin(plugins.L3).get_floatingip(
            context, payload.resource_id)
        if floating_ips.in_elastic_network(context, found):
            _check_port(context, wish)
            with as_neutron():
                self.floating_ips.accounts.check(
                    context, floating_ips.key(found), wish['port_id'])

    def changed(self, resource: str, event: str, trigger: Any,
                payload: Any) -> None:
        """Put it right on EC2."""
        with told(f'floating IP {payload.resource_id}'):
            self.floating_ips.follow(payload.context.elevated(),
                                     payload.resource_id)

    # Ports

    def port_changed(self, resource: str, event: str, trigger: Any,
                     payload: Any) -> None:
        """It came to EC2, or left: its floating IPs follow."""
        old, new = payload.states[0], payload.states[1]
        if places.of_port(old) != places.of_port(new):
            with told(f'the floating IPs of port {new["id"]}'):
                self.floating_ips.follow_port(payload.context.elevated(),
                                              new['id'])

    def port_went(self, resource: str, event: str, trigger: Any,
                  payload: Any) -> None:
        """The port that held a floating IP's address is gone.

        With it went the floating IP, or it failed to be made.
        """
        port, context = payload.latest_state, payload.context.elevated()
        if port['device_owner'] != constants.DEVICE_OWNER_FLOATINGIP:
            return
        for one in port['fixed_ips']:
            gone = {'floating_network_id': port['network_id'],
                    'floating_ip_address': one['ip_address']}
            with told(f'Elastic IP address {one["ip_address"]}'):
                if floating_ips.in_elastic_network(context, gone):
                    self.addresses.release(context, floating_ips.key(gone))

    # Routers

    def gateway_comes(self, resource: str, event: str, trigger: Any,
                      payload: Any) -> None:
        """A router's gateway port must not take a floating IP's address."""
        context = payload.context.elevated()
        network = directory.get_plugin().get_network(
            context, payload.metadata['network_id'])
        if kinds.is_elastic(network):
            self.addresses.have_gateways(context, network)


def refuse_forwarding(mapper: Any, connection: Any, target: Any) -> None:
    """Called by SQLAlchemy before a port forwarding is saved.

    :raises EC2Refused: its floating IP is an Elastic IP address
    """
    floating_ip, segment = l3_models.FloatingIP, segments.NetworkSegment
    if connection.execute(sqlalchemy.select(floating_ip.id).join(
            segment, segment.network_id == floating_ip.floating_network_id
            ).where(floating_ip.id == target.floatingip_id,
                    segment.network_type == kinds.TYPE)).first():
        raise EC2Refused(
            reason=f'floating IP {target.floatingip_id} is an Elastic IP '
            f'address, which EC2 maps to one private address with all its '
            f'ports; it cannot forward single ones')


def _check_port(context: Any, wish: Mapping[str, Any]) -> None:
    """Refuse a port that no Elastic IP address reaches."""
    if not wish.get('port_id'):
        return
    try:
        port = directory.get_plugin().get_port(context, wish['port_id'])
    except neutron_exc.PortNotFound:
        return  # Neutron says so.
    if floating_ips.is_private(port):
        raise EC2Conflict(
            reason=f'port {port["id"]} is on host '
            f'{port["binding:host_id"]}, which is not on EC2; an Elastic IP '
            f'address serves ports on EC2 only, so take a floating IP of '
            f'another external network')


def _driver() -> Any:
    manager = getattr(directory.get_plugin(), 'mechanism_manager', None)
    drivers = manager.mech_drivers if manager else {}
    if kinds.TYPE not in drivers:
        raise exc.ConfigurationError(
            'the service plug-in ec2 needs the mechanism driver ec2',
            option='[ml2] mechanism_drivers')
    return drivers[kinds.TYPE].obj
