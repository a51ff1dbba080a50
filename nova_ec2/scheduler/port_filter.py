# SPDX-License-Identifier: Apache-2.0
"""EC2PortFilter: a server goes where its ports can be served.

For nova-scheduler's ``[filter_scheduler] enabled_filters``.
"""

from collections.abc import Iterable
from typing import Any

from keystoneauth1 import exceptions as keystone_exc
from neutronclient.common import exceptions as neutron_exc
from nova import exception as nova_exc
from nova.scheduler import filters
from nova.scheduler import utils as scheduler_utils
from oslo_log import log as logging

from nova_ec2.models import place
from nova_ec2.models.place import Place
from nova_ec2.policy import port_zones
from nova_ec2.policy.port_zones import Asked
from nova_ec2.scheduler import servers
from nova_ec2.scheduler.ports import Ports

LOG = logging.getLogger(__name__)


class EC2PortFilter(filters.BaseHostFilter):
    """A subnet of EC2 lies in one zone, and so do the ports in it.

    A port that was there before the request keeps its address, so only hosts
    of its zone can serve it, or hosts that are not on EC2 where its subnet is
    not. Of a network in which Nova makes the port some subnet must suit the
    host. Networks of which Neutron does not say where they are on EC2 do not
    matter.

    When no host is left the request fails with the reason; so it should be
    the last of the enabled filters, when all others have spoken.
    """

    # Once for all servers of a request: they have the same networks.
    run_filter_once_per_request = True

    def __init__(self) -> None:
        self._ports = Ports()

    def filter_all(self, filter_obj_list: Iterable[Any],
                   spec_obj: Any) -> list[Any]:
        """The hosts that can serve the ports (Nova's ``filter_all``).

        :raises NoValidHost: none can, and why
        """
        hosts = list(filter_obj_list)
        if not hosts or scheduler_utils.request_is_rebuild(spec_obj):
            return hosts
        try:
            return self._serving(hosts, spec_obj)
        except (neutron_exc.NeutronClientException,
                keystone_exc.ClientException,
                nova_exc.NeutronAdminCredentialConfigurationInvalid
                ) as error:
            # nova-compute looks again, before anything is launched.
            LOG.warning('Neutron did not say where the ports of server %s '
                        'are: %s', spec_obj.instance_uuid, error)
            return hosts

    def _serving(self, hosts: list[Any], spec: Any) -> list[Any]:
        places = [place.of_node(host) for host in hosts]
        asked = self._asked(spec)
        passed = _passed(hosts, places, asked)
        if not passed:
            # By what is remembered; a subnet may be new.
            self._ports.forget()
            asked = self._asked(spec)
            passed = _passed(hosts, places, asked)
        if not passed:
            raise nova_exc.NoValidHost(
                reason=port_zones.explained(places, asked))
        return passed

    def _asked(self, spec: Any) -> list[Asked]:
        with servers.existing(spec, ['info_cache']) as (_, server):
            if server is not None:
                return [self._ports.port(vif['id'])
                        if vif.get('preserve_on_delete')
                        else self._ports.network(vif['network']['id'])
                        for vif in server.get_network_info() or ()]
        requested = (spec.requested_networks
                     if 'requested_networks' in spec else None)
        return [self._ports.port(one.port_id) if one.port_id
                else self._ports.network(one.network_id)
                for one in requested or () if _is_named(one)]


def _is_named(requested: Any) -> bool:
    """Not for "auto" or "none"."""
    return bool(requested.port_id or (
        requested.network_id and not requested.auto_allocate
        and not requested.no_allocate))


def _passed(hosts: list[Any], places: list[Place | None],
            asked: list[Asked]) -> list[Any]:
    return [host for host, there in zip(hosts, places, strict=True)
            if all(port_zones.serves(there, one) for one in asked)]
