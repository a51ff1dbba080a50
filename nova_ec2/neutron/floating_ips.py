# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses are associated as Neutron's floating IPs are.

Every call compares what Neutron's database wants with what EC2 has, so it
does not matter how often, in which order or after which crash it is called.
"""

import contextlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from neutron_lib import constants
from neutron_lib import context as neutron_context
from neutron_lib import exceptions as neutron_exc
from neutron_lib.api.definitions import portbindings
from neutron_lib.exceptions import l3 as l3_exc
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory
from oslo_concurrency import lockutils
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.address import ElasticAddress
from nova_ec2.neutron import kinds, places
from nova_ec2.neutron.floating_ips_accounts import AddressAccounts
from nova_ec2.neutron.floating_ips_addresses import Addresses, Found, Key
from nova_ec2.neutron.floating_ips_later import Later
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)

_ACTIVE = constants.FLOATINGIP_STATUS_ACTIVE
_DOWN = constants.FLOATINGIP_STATUS_DOWN
_ERROR = constants.FLOATINGIP_STATUS_ERROR


class Target(NamedTuple):
    """What an Elastic IP address stands for."""

    interface_id: str
    address: str


class FloatingIPs:
    """Keeps associations on EC2 as those of floating IPs are."""

    def __init__(self, sites: Sites, addresses: Addresses) -> None:
        self._addresses = addresses
        self.accounts = AddressAccounts(sites, addresses)
        self.later = Later(self._again)

    def follow(self, context: Any, floating_ip_id: str) -> None:
        """Put one right on EC2, and its status in Neutron.

        :param context: of an administrator
        """
        with lockutils.lock(f'ec2-floating-ip-{floating_ip_id}'):
            try:
                found = _l3().get_floatingip(context, floating_ip_id)
            except l3_exc.FloatingIPNotFound:
                return
            if not in_elastic_network(context, found):
                return
            _note(context, found, self._apply(context, found))

    def follow_port(self, context: Any, port_id: str) -> None:
        """Put those of a port right.

        :param context: of an administrator
        """
        for one in _l3().get_floatingips(context,
                                         filters={'port_id': [port_id]}):
            self.follow(context, one['id'])

    def is_right(self, context: Any, floating_ip: Mapping[str, Any],
                 found: Found | None) -> bool:
        """Whether there is nothing to do for one.

        :param context: of an administrator
        """
        if found is None:
            return bool(floating_ip['status'] == _ERROR)
        target = _target(context, floating_ip)
        return (_of(found.address) == target
                and floating_ip['status'] == (_ACTIVE if target else _DOWN))

    def _again(self, floating_ip_id: str) -> None:
        self.follow(neutron_context.get_admin_context(), floating_ip_id)

    def _apply(self, context: Any, floating_ip: Mapping[str, Any]) -> str:
        """:returns: the status that it then has"""
        found = self._addresses.find(key(floating_ip))
        if found is None:
            if floating_ip['status'] != _ERROR:
                LOG.error('Floating IP %s has lost its Elastic IP address '
                          '%s: somebody released it or took its tags; '
                          'delete the floating IP', floating_ip['id'],
                          floating_ip['floating_ip_address'])
            return _ERROR
        target = _target(context, floating_ip)
        if _of(found.address) != target:
            if found.address.association_id:
                _disassociate(found)
            if target:
                return self._associate(context, floating_ip, found, target)
        return _ACTIVE if target else _DOWN

    def _associate(self, context: Any, floating_ip: Mapping[str, Any],
                   found: Found, target: Target) -> str:
        site, seen = found
        api = site.ec2.addresses
        try:
            self.accounts.check(context, key(floating_ip),
                                floating_ip['port_id'])
            try:
                api.associate(seen.allocation_id, *target)
            except exc.AlreadyExists:
                _make_way(context, site, target)
                api.associate(seen.allocation_id, *target)
        except exc.IncorrectState as error:
            # Its server is starting.
            LOG.info('Floating IP %s waits for %s: %s', floating_ip['id'],
                     target.interface_id, error)
            self.later.add(floating_ip['id'])
            return _DOWN
        except exc.NotFound as error:
            LOG.info('Floating IP %s stays without association: %s',
                     floating_ip['id'], error)
            return _DOWN
        except (exc.AlreadyExists, exc.InvalidRequest,
                exc.NetworkRefused) as error:
            LOG.error('Floating IP %s cannot be associated with %s of %s: '
                      '%s', floating_ip['id'], target.address,
                      target.interface_id, error)
            return _ERROR
        LOG.info('Elastic IP address %s associated with %s of %s',
                 seen.public_address, target.address, target.interface_id)
        return _ACTIVE


def _make_way(context: Any, site: Site, target: Target) -> None:
    """Take from a target an address that Neutron does not want there."""
    for other in site.ec2.addresses.find(
            {tag_keys.CLOUD: site.cloud_id},
            interface_id=target.interface_id):
        if _of(other) != target or tag_keys.FLOATING_IP not in other.tags:
            continue
        owners = _l3().get_floatingips(context, filters={
            'floating_ip_address': [other.public_address],
            'floating_network_id': [other.tags[tag_keys.FLOATING_IP]]})
        if not any(_target(context, one) == target for one in owners):
            _disassociate(Found(site, other))


def _disassociate(found: Found) -> None:
    seen = found.address
    with contextlib.suppress(exc.NotFound):
        found.site.ec2.addresses.disassociate(seen.association_id)
        LOG.info('Elastic IP address %s taken from %s of %s',
                 seen.public_address, seen.private_address, seen.interface_id)


def key(floating_ip: Mapping[str, Any]) -> Key:
    """By what its Elastic IP address is known."""
    return (floating_ip['floating_network_id'],
            floating_ip['floating_ip_address'])


def in_elastic_network(context: Any, floating_ip: Mapping[str, Any]) -> bool:
    """Whether its address is an Elastic IP address.

    :param context: of an administrator
    """
    try:
        return kinds.is_elastic(directory.get_plugin().get_network(
            context, floating_ip['floating_network_id']))
    except neutron_exc.NetworkNotFound:
        return False


def is_private(port: Mapping[str, Any]) -> bool:
    """Whether a port is on a host, and not on one of EC2's."""
    return bool(port.get(portbindings.HOST_ID)
                and places.of_port(port) is None)


def _target(context: Any, floating_ip: Mapping[str, Any]) -> Target | None:
    """Where it is to be: where its port has its interface."""
    if not floating_ip['port_id']:
        return None
    try:
        port = directory.get_plugin().get_port(context,
                                               floating_ip['port_id'])
    except neutron_exc.PortNotFound:
        return None
    place = places.of_port(port)
    if place is None or not place.interface_id:
        return None
    return Target(place.interface_id, floating_ip['fixed_ip_address'])


def _of(seen: ElasticAddress) -> Target | None:
    """Where one is."""
    return Target(seen.interface_id,
                  seen.private_address) if seen.association_id else None


def _note(context: Any, floating_ip: Mapping[str, Any], status: str) -> None:
    if status != floating_ip['status']:
        _l3().update_floatingip_status(context, floating_ip['id'], status)


def _l3() -> Any:
    return directory.get_plugin(plugins.L3)
