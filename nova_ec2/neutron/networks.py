# SPDX-License-Identifier: Apache-2.0
"""Networks of the type ``ec2``: each lies in a VPC.

In one of its own, found by the tag ``nova-ec2:network``, or in the shared one
of ``[ml2_ec2] vpc_id``. Subnets carry that tag as well: it tells where a
network lies that was made while the option was another.

A VPC is made in the account of the network's project, and stays there when
the project is given another: the tags are looked for in all accounts.
"""

from collections.abc import Callable, Mapping
from typing import Any

from neutron_lib.api.definitions import external_net, multiprovidernet
from neutron_lib.api.definitions import provider_net as provider
from neutron_lib.plugins import directory
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.vpc import Vpc
from nova_ec2.neutron import kinds, settling
from nova_ec2.neutron.db import rows
from nova_ec2.neutron.errors import EC2Refused, EC2Unavailable
from nova_ec2.neutron.groups import Groups
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)


class Networks:
    """Makes and deletes the VPCs of networks."""

    def __init__(self, sites: Sites, groups: Groups) -> None:
        self._sites = sites
        self._groups = groups

    # As Neutron's users call

    def check(self, network: Mapping[str, Any]) -> None:
        """Refuse what a network of EC2's cannot be.

        :raises EC2Refused: it has further segments, or EC2 is not known
        """
        segments = network.get(multiprovidernet.SEGMENTS) or ()
        if any(one.get(provider.NETWORK_TYPE) == kinds.TYPE
               for one in segments):
            raise EC2Refused(reason='a network of the type ec2 has no other '
                             'segment')
        if kinds.is_ours(network) and not self._sites.configured:
            raise EC2Refused(reason='networks of the type ec2 cannot be made '
                             'while [ec2] cloud_id is not set')
        if kinds.is_managed(network) and not _told():
            raise EC2Refused(reason='networks of the type ec2 need ec2 in '
                             '[ml2] extension_drivers')

    def check_update(self, old: Mapping[str, Any],
                     new: Mapping[str, Any]) -> None:
        """Refuse to make an internal network external, or the reverse.

        :raises EC2Refused: it would need a VPC, or lose its own
        """
        if kinds.is_ours(old) and (bool(old.get(external_net.EXTERNAL))
                                   != bool(new.get(external_net.EXTERNAL))):
            raise EC2Refused(
                reason='a network of the type ec2 is external from its '
                'making on, or never; make another network')

    def make(self, network_id: str, project_id: str) -> Vpc:
        """Have the VPC of a new network, of which nothing can be elsewhere.

        Accounts other than its project's are not asked.

        :raises AccountRefused: no account serves the project
        :raises QuotaExceeded: the Region has no room for another VPC
        :raises ConfigurationError: the shared VPC is not there
        """
        site = self._sites.of_project(project_id)
        found = self._at(site, network_id) or self._shared(site)
        if found is None:
            found = settling.made(
                lambda: site.ec2.vpcs.create(site.options.vpc_cidr,
                                             site.tags(network=network_id)),
                lambda: self._own(site, network_id))
            LOG.info('%s was made for network %s in account %s',
                     found.vpc_id, network_id, site.account.name)
        self._sites.vpcs.note(found.vpc_id, site)
        return self.settle(found.vpc_id)

    def ensure(self, network_id: str) -> Vpc:
        """Have the VPC of a network, made where it has none in any account.

        :raises AccountUnavailable: one that may have it cannot be entered
        :raises QuotaExceeded: the Region has no room for another VPC
        """
        found = self.find(network_id)
        if found is None:
            return self.make(network_id, rows.project_of(network_id))
        return self.settle(found.vpc_id)

    def settle(self, vpc_id: str) -> Vpc:
        """A VPC when nothing of it is on its way any more."""
        site = self._sites.of_vpc(vpc_id)
        return settling.settled(lambda: site.ec2.vpcs.get(vpc_id),
                                lambda one: one.settled, vpc_id)

    # Where networks are

    def get(self, network_id: str) -> Vpc:
        """The VPC of a network.

        :raises EC2Unavailable: it was not made yet
        """
        found = self.find(network_id)
        if found is None:
            raise EC2Unavailable(
                reason=f'network {network_id} has no VPC yet; it is made '
                f'within two rounds of [ml2_ec2] reconcile_interval')
        return found

    def find(self, network_id: str) -> Vpc | None:
        """The VPC of a network, None where it has none.

        :raises AccountUnavailable: one that may have it cannot be entered
        :raises ConfigurationError: the shared VPC is not there
        """
        found = self._sites.search(
            lambda site: self._at(site, network_id),
            self._likely(lambda: rows.project_of(network_id)))
        if found is None:
            if not self._sites.options.vpc_id:
                return None
            return self._shared(self._sites.of_project(
                rows.project_of(network_id)))
        site, vpc = found
        self._sites.vpcs.note(vpc.vpc_id, site)
        return vpc

    def _likely(self, project_id: Callable[[], str]) -> list[Site]:
        """All accounts, that of a project first."""
        sites = self._sites.all()
        if len(sites) == 1:
            return sites
        try:
            first = self._sites.of_project(project_id())
        except exc.NovaEC2Error:
            return sites
        return [first, *(one for one in sites if one is not first)]

    def _at(self, site: Site, network_id: str) -> Vpc | None:
        """The VPC that a network has in an account."""
        if own := self._own(site, network_id):
            return own
        vpc_id = self._lies(site, network_id)
        return site.ec2.vpcs.get(vpc_id) if vpc_id else None

    def _shared(self, site: Site) -> Vpc | None:
        """The VPC for all networks, None where it is in another account.

        :raises ConfigurationError: it is in none
        """
        vpc_id = str(self._sites.options.vpc_id)
        if not vpc_id:
            return None
        try:
            if self._sites.of_vpc(vpc_id).account != site.account:
                return None
        except exc.NotFound as error:
            raise _not_there(vpc_id) from error
        found = site.ec2.vpcs.get(vpc_id)
        if found is None:
            raise _not_there(vpc_id)
        return found

    def _own(self, site: Site, network_id: str) -> Vpc | None:
        found = site.ec2.vpcs.find(
            site.filters(tag_keys.NETWORK, network_id))
        if len(found) < 2:
            return next(iter(found), None)
        # A call whose reply was lost was carried out late, after all.
        lies = self._lies(site, network_id)
        return min(found, key=lambda one: (one.vpc_id != lies, one.vpc_id))

    @staticmethod
    def _lies(site: Site, network_id: str) -> str:
        """The VPC in which subnets of a network are, or ''."""
        found = site.ec2.subnets.find(
            site.filters(tag_keys.NETWORK, network_id))
        return found[0].vpc_id if found else ''

    # As networks go

    def remove(self, network_id: str, project_id: str) -> None:
        """Delete what was made for a network; what was there stays.

        :raises AccountUnavailable: one that may have it cannot be entered
        :raises IncorrectState: something is left in it
        """
        found = self._sites.search(
            lambda site: site.ec2.vpcs.find(
                site.filters(tag_keys.NETWORK, network_id)),
            self._likely(lambda: project_id))
        if found is None:
            return
        site, vpcs = found
        for one in vpcs:
            self._sites.vpcs.note(one.vpc_id, site)
            self.delete(one)

    def delete(self, vpc: Vpc) -> None:
        """Delete a VPC of ours.

        :raises NotOwned: it is not ours
        :raises IncorrectState: something is left in it
        """
        site = self._sites.of_vpc(vpc.vpc_id)
        if not site.ours(vpc.tags):
            raise exc.NotOwned(f'{vpc.vpc_id} was not made by this cloud')
        self._groups.clear(vpc.vpc_id)
        try:
            site.ec2.vpcs.delete(vpc.vpc_id)
        except exc.NotFound:
            return
        LOG.info('%s of network %s was deleted', vpc.vpc_id,
                 vpc.tags.get(tag_keys.NETWORK))


def _not_there(vpc_id: str) -> exc.ConfigurationError:
    return exc.ConfigurationError(f'{vpc_id} is not there',
                                  option='[ml2_ec2] vpc_id')


def _told() -> bool:
    """Whether subnets can tell where they lie."""
    return kinds.TYPE in directory.get_plugin().extension_manager.names()
