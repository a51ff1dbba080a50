# SPDX-License-Identifier: Apache-2.0
"""A round over all floating IPs of EC2, and over what none of them has."""

from typing import Any

from neutron_lib.api.definitions import external_net, provider_net
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory

from nova_ec2.neutron import floating_ips, kinds
from nova_ec2.neutron.errors import told
from nova_ec2.neutron.floating_ips_addresses import Addresses, Found, Key
from nova_ec2.neutron.site import Sites


class Round:
    """Heals; keeps nothing but what nobody had in the round before."""

    def __init__(self, sites: Sites, addresses: Addresses,
                 followed: floating_ips.FloatingIPs) -> None:
        self._sites = sites
        self._addresses = addresses
        self._followed = followed
        self._idle: set[Key] = set()

    def __call__(self, context: Any) -> None:
        """One round.

        An address or a subnet without a floating IP goes in the second round
        that finds it so: in the first it may be that of a floating IP which
        is just being made.

        :param context: of an administrator
        """
        networks = _networks(context)
        # Read in the order in which they come: what is newer than the list
        # of another kind does not look as if it had lost something.
        subnets = self._addresses.with_subnets(context, networks)
        present = directory.get_plugin(plugins.L3).get_floatingips(
            context, filters={'floating_network_id': networks})
        seen, whole = self._addresses.everywhere()
        # Where an account cannot be asked, what is not seen may be there.
        self._follow(context, [one for one in present if whole
                               or floating_ips.key(one) in seen], seen)
        idle = self._idle_ones(
            subnets if whole else subnets & seen.keys(), seen) - {
            floating_ips.key(one) for one in present}
        self._release(context, idle & self._idle)
        self._idle = idle

    def _follow(self, context: Any, present: list[dict[str, Any]],
                seen: dict[Key, Found]) -> None:
        for one in present:
            found = seen.get(floating_ips.key(one))
            if not self._followed.is_right(context, one, found):
                with told(f'floating IP {one["id"]}'):
                    self._followed.follow(context, one['id'])

    def _idle_ones(self, subnets: set[Key],
                   seen: dict[Key, Found]) -> set[Key]:
        """What could go, were there no floating IP.

        An address that is not ours to release may wait for one for ever.
        """
        return subnets | {key for key, (site, one) in seen.items()
                          if site.ours(one.tags)}

    def _release(self, context: Any, idle: set[Key]) -> None:
        for key in sorted(idle):
            with told(f'Elastic IP address {key[1]}'):
                self._addresses.drop_ports(context, key)
                self._addresses.release(context, key)


def _networks(context: Any) -> list[str]:
    return [one['id'] for one in directory.get_plugin().get_networks(
        context, filters={provider_net.NETWORK_TYPE: [kinds.TYPE],
                          external_net.EXTERNAL: [True]})]
