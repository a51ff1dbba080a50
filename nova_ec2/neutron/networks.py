# SPDX-License-Identifier: Apache-2.0
"""Networks of the type ``ec2``: each lies in a VPC.

In one of its own, found by the tag ``nova-ec2:network``, or in the shared one
of ``[ml2_ec2] vpc_id``. Subnets carry that tag as well: it tells where a
network lies that was made while the option was another.
"""

from collections.abc import Mapping
from typing import Any

from neutron_lib.api.definitions import external_net, multiprovidernet
from neutron_lib.api.definitions import provider_net as provider
from neutron_lib.plugins import directory
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.vpc import Vpc
from nova_ec2.neutron import kinds, settling
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

    def ensure(self, network_id: str) -> Vpc:
        """Have the VPC of a network, made where it has none.

        :raises QuotaExceeded: the Region has no room for another VPC
        :raises ConfigurationError: the shared VPC is not there
        """
        site = self._sites.get()
        found = self.find(network_id)
        if found is None:
            found = settling.made(
                lambda: site.ec2.vpcs.create(site.options.vpc_cidr,
                                             site.tags(network=network_id)),
                lambda: self._own(site, network_id))
            LOG.info('%s was made for network %s', found.vpc_id, network_id)
        return self.settle(found.vpc_id)

    def settle(self, vpc_id: str) -> Vpc:
        """A VPC when nothing of it is on its way any more."""
        site = self._sites.get()
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

        :raises ConfigurationError: the shared VPC is not there
        """
        site = self._sites.get()
        if own := self._own(site, network_id):
            return own
        vpc_id = self._lies(site, network_id) or site.options.vpc_id
        if not vpc_id:
            return None
        found = site.ec2.vpcs.get(vpc_id)
        if found is None:
            raise exc.ConfigurationError(
                f'{vpc_id} is not there', option='[ml2_ec2] vpc_id')
        return found

    def _own(self, site: Site, network_id: str) -> Vpc | None:
        found = site.ec2.vpcs.find(
            _filters(site, tag_keys.NETWORK, network_id))
        if len(found) < 2:
            return next(iter(found), None)
        # A call whose reply was lost was carried out late, after all.
        lies = self._lies(site, network_id)
        return min(found, key=lambda one: (one.vpc_id != lies, one.vpc_id))

    @staticmethod
    def _lies(site: Site, network_id: str) -> str:
        """The VPC in which subnets of a network are, or ''."""
        found = site.ec2.subnets.find(
            _filters(site, tag_keys.NETWORK, network_id))
        return found[0].vpc_id if found else ''

    # As networks go

    def remove(self, network_id: str) -> None:
        """Delete what was made for a network; what was there stays.

        :raises IncorrectState: something is left in it
        """
        site = self._sites.get()
        for one in site.ec2.vpcs.find(
                _filters(site, tag_keys.NETWORK, network_id)):
            self.delete(one)

    def delete(self, vpc: Vpc) -> None:
        """Delete a VPC of ours.

        :raises NotOwned: it is not ours
        :raises IncorrectState: something is left in it
        """
        site = self._sites.get()
        if not site.ours(vpc.tags):
            raise exc.NotOwned(f'{vpc.vpc_id} was not made by this cloud')
        self._groups.clear(vpc.vpc_id)
        try:
            site.ec2.vpcs.delete(vpc.vpc_id)
        except exc.NotFound:
            return
        LOG.info('%s of network %s was deleted', vpc.vpc_id,
                 vpc.tags.get(tag_keys.NETWORK))


def _told() -> bool:
    """Whether subnets can tell where they lie."""
    return kinds.TYPE in directory.get_plugin().extension_manager.names()


def _filters(site: Site, key: str, value: str) -> dict[str, list[str]]:
    return {f'tag:{tag_keys.CLOUD}': [site.cloud_id],
            f'tag:{tag_keys.MANAGED}': ['true'], f'tag:{key}': [value]}
