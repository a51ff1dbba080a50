# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses come and go with floating IPs.

EC2 chooses an Elastic IP address, and Neutron takes that of a floating IP
from the subnets of the external network. So one is allocated on demand, just
before Neutron makes the floating IP, and a subnet of this one address is made
for Neutron to take it from; both go with the floating IP. They are not
allocated ahead into a pool: AWS charges an idle address as one in use, and
gives an account five unless asked for more.

An address is allocated before its subnet is made, and released after that is
deleted. So whatever a killed process leaves has our tags on EC2, and the loop
finds it (:mod:`nova_ec2.neutron.floating_ips_round`). Such an address is
released and not used again: it cannot be told from that of a floating IP
which another process is making.

An address is of one account, for the interfaces there: that of the port which
the floating IP is made for, or of its project.

An address that somebody else allocated is used where it has our tags of the
cloud and of the network, and an administrator asks for it; without the tag
``managed`` it is never released.
"""

import contextlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from neutron_lib import constants
from neutron_lib import exceptions as neutron_exc
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory
from neutron_lib.plugins import utils as plugin_utils
from oslo_log import log as logging
from oslo_utils import excutils

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.address import ElasticAddress
from nova_ec2.neutron import bills
from nova_ec2.neutron.errors import EC2Conflict, EC2Full, EC2Refused
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)

GATEWAYS = '169.254.0.0/18'
"""Where the gateway ports of routers have their addresses.

Neutron gives each one; on EC2 they mean nothing, and must not be users'
Elastic IP addresses. Link-local ones are in no network's way.
"""

Key = tuple[str, str]
"""A network's id and a public address."""


class Found(NamedTuple):
    """An address, and the account that it is of."""

    site: Site
    address: ElasticAddress


class Addresses:
    """The Elastic IP addresses of external networks, and their subnets."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    # For a floating IP that is about to be made

    def allocate(self, context: Any, site: Site, network: Mapping[str, Any],
                 project_id: str) -> str:
        """Have one more address in a network, ready for Neutron to take.

        :param context: of an administrator
        :param site: the account that gets it
        :param project_id: whose costs it is, written into a tag
        :raises EC2Full: the account has all that it may have
        :raises BudgetExhausted: it would cost more than may be spent
        """
        self.have_gateways(context, network)
        with site.upkeep.paid(lambda: site.upkeep.address(
                project_id=project_id)) as paid:
            made = self._allocate(site, network['id'], project_id)
            paid(made.allocation_id)
        try:
            self.have_subnet(context, network, made.public_address)
        except Exception:
            with excutils.save_and_reraise_exception(), contextlib.suppress(
                    exc.NovaEC2Error):
                site.ec2.addresses.release(made.allocation_id)
                site.upkeep.ended(made.allocation_id)
        LOG.info('Elastic IP address %s (%s) allocated for network %s in '
                 'account %s', made.public_address, made.allocation_id,
                 network['id'], site.account.name)
        return made.public_address

    def claim(self, context: Any, network: Mapping[str, Any],
              address: str) -> None:
        """Let Neutron take an address that was asked for.

        :param context: of an administrator
        :raises EC2Refused: it is not ours to use
        :raises EC2Conflict: it is in use on EC2
        """
        found = self.find((network['id'], address))
        if found is None:
            raise EC2Refused(
                reason=f'{address} is no Elastic IP address of network '
                f'{network["id"]}: EC2 chooses them, so ask for none; or '
                f'have the address tagged for this network first')
        seen = found.address
        if seen.association_id:
            raise EC2Conflict(
                reason=f'Elastic IP address {address} is associated with '
                f'{seen.interface_id} on EC2')
        self.have_gateways(context, network)
        self.have_subnet(context, network, address)

    @staticmethod
    def have_subnet(context: Any, network: Mapping[str, Any],
                    address: str) -> str:
        """Have the subnet of one address.

        :param context: of an administrator
        :returns: its id
        """
        return _have_subnet(context, network, f'{address}/32',
                            constants.DEVICE_OWNER_FLOATINGIP,
                            'Elastic IP address of a floating IP')

    def have_gateways(self, context: Any,
                      network: Mapping[str, Any]) -> None:
        """Have the subnet from which gateway ports take their addresses.

        :param context: of an administrator
        """
        _have_subnet(context, network, GATEWAYS,
                     constants.DEVICE_OWNER_ROUTER_GW,
                     'Gateway ports of routers; unknown to EC2')

    # When it is gone

    def release(self, context: Any, key: Key) -> None:
        """Give an address back and delete its subnet.

        Nothing is done while Neutron still has a port with it.

        :param context: of an administrator
        """
        core, (network_id, address) = directory.get_plugin(), key
        found = self.find(key)
        if is_taken(context, key):
            return
        if found and found.address.association_id:
            with contextlib.suppress(exc.NotFound):
                found.site.ec2.addresses.disassociate(
                    found.address.association_id)
        for subnet in core.get_subnets(context, filters=_at(
                network_id, f'{address}/32')):
            with contextlib.suppress(neutron_exc.SubnetNotFound):
                core.delete_subnet(context, subnet['id'])
        if found and found.site.ours(found.address.tags):
            site, seen = found
            with contextlib.suppress(exc.NotFound):
                site.ec2.addresses.release(seen.allocation_id)
            site.upkeep.ended(seen.allocation_id)
            LOG.info('Elastic IP address %s (%s) released', address,
                     seen.allocation_id)

    @staticmethod
    def drop_ports(context: Any, key: Key) -> None:
        """Delete what a process left that died while it made a floating IP.

        :param context: of an administrator
        """
        core, l3 = directory.get_plugin(), directory.get_plugin(plugins.L3)
        for port in core.get_ports(context, filters=_with_address(key)):
            if (port['device_owner'] == constants.DEVICE_OWNER_FLOATINGIP
                    and not l3.get_floatingips(context, filters={
                        'floating_port_id': [port['id']]})):
                with contextlib.suppress(neutron_exc.PortNotFound):
                    core.delete_port(context, port['id'],
                                     l3_port_check=False)

    # What is there

    def find(self, key: Key) -> Found | None:
        """An address that is ours to use, None where it is not or is gone.

        :raises NovaEC2Error: it was not found, and an account that may have
            it cannot be asked
        """
        network_id, address = key
        found = self._sites.search(lambda site: site.ec2.addresses.find(
            {tag_keys.CLOUD: site.cloud_id,
             tag_keys.FLOATING_IP: network_id}, public_address=address))
        return Found(found[0], found[1][0]) if found else None

    def everywhere(self) -> tuple[dict[Key, Found], bool]:
        """All addresses that are ours to use, and whether these are all.

        They are not where an account could not be asked.
        """
        seen: dict[Key, Found] = {}

        def look(site: Site) -> None:
            found = site.ec2.addresses.find({tag_keys.CLOUD: site.cloud_id})
            bills.compare(site, found)
            seen.update({
                (one.tags[tag_keys.FLOATING_IP], one.public_address):
                Found(site, one) for one in found
                if tag_keys.FLOATING_IP in one.tags})
        return seen, self._sites.run(look)

    @staticmethod
    def with_subnets(context: Any,
                     network_ids: Iterable[str]) -> set[Key]:
        """Addresses of networks for which there is a subnet.

        :param context: of an administrator
        """
        found = directory.get_plugin().get_subnets(
            context, filters={'network_id': list(network_ids)})
        return {(one['network_id'], one['cidr'].removesuffix('/32'))
                for one in found if one['cidr'].endswith('/32')
                and one['service_types'] == [
                    constants.DEVICE_OWNER_FLOATINGIP]}

    @staticmethod
    def _allocate(site: Site, network_id: str,
                  project_id: str) -> ElasticAddress:
        token = uuid.uuid4().hex
        api = site.ec2.addresses
        try:
            return api.allocate(site.tags(
                floating_ip=network_id, project=project_id, token=token))
        except (exc.OutcomeUnknown, exc.ServiceFault):
            # It may be there, and only the reply was lost.
            found = api.find({tag_keys.CLOUD: site.cloud_id,
                              tag_keys.TOKEN: token})
            if not found:
                raise
            return found[0]
        except exc.QuotaExceeded as error:
            raise EC2Full(
                reason=f'AWS gives no further Elastic IP address: account '
                f'{site.account.name} has {api.count()} in '
                f'{site.ec2.region} (its quota is "EC2-VPC Elastic IPs"): '
                f'{error}') from error


def _have_subnet(context: Any, network: Mapping[str, Any], cidr: str,
                 device_owner: str, name: str) -> str:
    """Have a subnet that only ports of one kind take addresses from.

    :returns: its id
    """
    core, wanted = directory.get_plugin(), _at(network['id'], cidr)
    found = core.get_subnets(context, filters=wanted)
    if not found:
        subnet = {
            'name': name, 'network_id': network['id'], 'cidr': cidr,
            'project_id': network['project_id'],
            'ip_version': constants.IP_VERSION_4, 'gateway_ip': None,
            'enable_dhcp': False, 'service_types': [device_owner]}
        try:
            found = [plugin_utils.create_subnet(core, context,
                                                {'subnet': subnet})]
        except neutron_exc.InvalidInput:
            # Another request was faster.
            found = core.get_subnets(context, filters=wanted)
            if not found:
                raise
    return str(found[0]['id'])


def _at(network_id: str, cidr: str) -> dict[str, list[str]]:
    return {'network_id': [network_id], 'cidr': [cidr]}


def is_taken(context: Any, key: Key) -> bool:
    """Whether a port of Neutron's has an address.

    :param context: of an administrator
    """
    return bool(directory.get_plugin().get_ports_count(
        context, filters=_with_address(key)))


def _with_address(key: Key) -> dict[str, Any]:
    network_id, address = key
    return {'network_id': [network_id],
            'fixed_ips': {'ip_address': [address]}}
