# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses and ports meet in one account only."""

from collections.abc import Mapping
from typing import Any

from neutron_lib import exceptions as neutron_exc
from neutron_lib.plugins import directory

from nova_ec2 import exceptions as exc
from nova_ec2.models import neutron_subnet
from nova_ec2.neutron import places
from nova_ec2.neutron.floating_ips_addresses import Addresses, Key
from nova_ec2.neutron.site import Site, Sites


class AddressAccounts:
    """Knows in which account a floating IP has to be."""

    def __init__(self, sites: Sites, addresses: Addresses) -> None:
        self._sites = sites
        self._addresses = addresses

    def choose(self, context: Any, port_id: str, project_id: str) -> Site:
        """The account of a new floating IP: its port's, or its project's.

        :param context: of who asks, whose ports alone count
        :param port_id: '' for none
        :raises AccountRefused: none serves the project
        """
        there = self._of_port(context, port_id) if port_id else None
        return there or self._sites.of_project(project_id)

    def check(self, context: Any, key: Key, port_id: str) -> None:
        """Refuse a port that is in another account than the address.

        :param context: of an administrator
        :param port_id: '' for none
        :raises NetworkRefused: names both
        """
        if not port_id or self._sites.alone:
            return
        there, found = self._of_port(context, port_id), self._addresses.find(
            key)
        if there and found and found.site.account.name != there.account.name:
            raise exc.NetworkRefused(
                f'Elastic IP address {key[1]} is of AWS account '
                f'{found.site.account.name}, and port {port_id} is in '
                f'account {there.account.name}: a floating IP that is made '
                f'for this port is of its account')

    def _of_port(self, context: Any, port_id: str) -> Site | None:
        """Where a port is, or its subnets are; None where not on EC2."""
        if self._sites.alone:
            return None
        try:
            port = directory.get_plugin().get_port(context, port_id)
        except neutron_exc.PortNotFound:
            return None
        if place := places.of_port(port):
            return self._sites.of_vpc(place.vpc_id)
        ids = _ec2_ids(context, port)
        lies = self._sites.vpcs.subnets(ids, needed=ids) if ids else {}
        return next((self._sites.of_vpc(one.vpc_id)
                     for one in lies.values()), None)


def _ec2_ids(context: Any, port: Mapping[str, Any]) -> list[str]:
    """The VPC subnets of a port, where subnets tell."""
    if not port['fixed_ips']:
        return []
    subnets = directory.get_plugin().get_subnets(context, filters={
        'id': [one['subnet_id'] for one in port['fixed_ips']]})
    return [one[neutron_subnet.SUBNET_ID] for one in subnets
            if one.get(neutron_subnet.SUBNET_ID)]
