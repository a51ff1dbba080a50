# SPDX-License-Identifier: Apache-2.0
"""EC2BurstFilter: which servers go to EC2, and when.

For nova-scheduler's ``[filter_scheduler] enabled_filters``.
"""

from collections.abc import Iterable
from typing import Any

import nova.conf
from nova import exception as nova_exc
from nova.scheduler import filters
from nova.scheduler import utils as scheduler_utils
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.conf import scheduler as options
from nova_ec2.models import hypervisor
from nova_ec2.policy.burst import Kind, Ruling
from nova_ec2.policy.current import CurrentPolicies
from nova_ec2.policy.private_cloud import PrivateCloud
from nova_ec2.policy.room import Room
from nova_ec2.scheduler import orders, told, utilisation
from nova_ec2.scheduler.burst_sources import BurstSources
from nova_ec2.scheduler.on_the_way import OnTheWay
from nova_ec2.scheduler.threshold import Threshold

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)


class EC2BurstFilter(filters.BaseHostFilter):
    """Servers go to private hosts or to EC2 as their policy says.

    A server that has a host already stays on its side, which EC2MoveFilter
    sees to; of its policy only ``never`` counts. A rebuild stays where it is,
    and is refused by nova-compute, which leaves the server as it was.

    When the policy leaves no host the request fails with the reason; so it
    must be the last of the enabled filters, when all others have spoken.

    :raises SystemExit: option or file has a mistake, which is logged
    """

    def __init__(self) -> None:
        options.register_opts(CONF)
        try:
            self._sources = BurstSources(CurrentPolicies(CONF))
        except exc.ConfigurationError as error:
            LOG.critical('nova-scheduler cannot run EC2BurstFilter: %s',
                         error)
            raise SystemExit(1) from None
        self._threshold = Threshold(
            PrivateCloud(utilisation.get), OnTheWay(utilisation.is_claimed),
            lambda: int(CONF.ec2_scheduler.hysteresis))

    def filter_all(self, filter_obj_list: Iterable[Any],
                   spec_obj: Any) -> list[Any]:
        """The hosts that the policy leaves (Nova's ``filter_all``).

        :raises NoValidHost: none, and why
        """
        hosts = list(filter_obj_list)
        if not hosts or scheduler_utils.request_is_rebuild(spec_obj):
            return hosts
        try:
            return self._left(hosts, spec_obj)
        except nova_exc.NoValidHost as error:
            LOG.info('Server %s: %s', spec_obj.instance_uuid, error)
            told.tell(spec_obj, error)
            raise

    def _left(self, hosts: list[Any], spec: Any) -> list[Any]:
        try:
            request = self._sources.read(spec)
        except ValueError as error:
            raise nova_exc.NoValidHost(reason=str(error)) from None
        ruling = request.ruling
        if ruling.policy.kind is Kind.NEVER:
            return _or_refuse(_private(hosts), ruling,
                              'and no private host is left for the server')
        return hosts if request.moves else self._new(hosts, spec, ruling)

    def _new(self, hosts: list[Any], spec: Any, ruling: Ruling) -> list[Any]:
        """For a server that is to be built or unshelved."""
        match ruling.policy.kind:
            case Kind.ONLY:
                return _or_refuse(_on_ec2(hosts), ruling,
                                  'and no EC2 host is left for the server')
            case Kind.PREFER:
                orders.put_ec2_first(spec)
            case Kind.ABOVE:
                return self._above(hosts, spec, ruling)
        return hosts

    def _above(self, hosts: list[Any], spec: Any,
               ruling: Ruling) -> list[Any]:
        private = _private(hosts)
        passed, room = self._threshold.passed(
            spec, ruling.policy, _size(spec) if private else Room())
        if passed:
            # Where EC2 cannot take it, better at home than nowhere.
            return _on_ec2(hosts) or private
        if private and spec.num_instances > 1:
            # The rest of the request sees only what is left here, and may
            # pass the threshold; PrivateFirstWeigher has the last word.
            return hosts
        if not private and CONF.ec2_scheduler.above_spills:
            return hosts
        figures = f'the private hosts are at {room}' if room else (
            'Placement does not say how full the private hosts are')
        return _or_refuse(private, ruling,
                          f'{figures}, none of them can take the server, '
                          f'and above_spills is off')


def _on_ec2(hosts: list[Any]) -> list[Any]:
    return [host for host in hosts
            if host.hypervisor_type == hypervisor.HYPERVISOR_TYPE]


def _private(hosts: list[Any]) -> list[Any]:
    return [host for host in hosts
            if host.hypervisor_type != hypervisor.HYPERVISOR_TYPE]


def _size(spec: Any) -> Room:
    return Room(vcpus_used=spec.flavor.vcpus,
                memory_mb_used=spec.flavor.memory_mb)


def _or_refuse(hosts: list[Any], ruling: Ruling, why: str) -> list[Any]:
    if not hosts:
        raise nova_exc.NoValidHost(
            reason=f'the policy for EC2 is {ruling.policy} (by '
                   f'{ruling.source}), {why}')
    return hosts
