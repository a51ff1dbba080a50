# SPDX-License-Identifier: Apache-2.0
"""One round: everything that Neutron has on EC2 is compared and put right.

It heals what a killed process left half done, and what somebody changed on
EC2. Only what carries this cloud's tags is ever touched.
"""

import collections
from collections.abc import Callable
from typing import Any

from neutron.db import models_v2
from neutron.plugins.ml2 import models as ml2_models
from neutron_lib import context as neutron_context
from neutron_lib.db import api as db_api
from neutron_lib.plugins import directory
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.security_group import SecurityGroup
from nova_ec2.neutron import groups, places, wanted
from nova_ec2.neutron.followers import Followers
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)


class Reconciler:
    """Knows what to look at; keeps nothing but what was unused last time.

    :param more: further steps, each called with an administrator's context
    """

    def __init__(self, sites: Sites, followers: Followers,
                 more: tuple[Callable[[Any], None], ...] = ()) -> None:
        self._sites = sites
        self._followers = followers
        self._steps = (self._groups, self._interfaces, *more)
        self._unused: set[str] = set()

    def round(self) -> None:
        """Do it once; a step that fails does not keep the others back."""
        context = neutron_context.get_admin_context()
        with pacing.priority(pacing.Priority.HOUSEKEEPING):
            for step in self._steps:
                try:
                    step(context)
                except exc.NovaEC2Error as error:
                    LOG.warning('A round over EC2 was not finished: %s',
                                error)
                except Exception:
                    LOG.exception('A round over EC2 was not finished')

    # Security groups

    def _groups(self, context: Any) -> None:
        unused: set[str] = set()
        self._sites.run(lambda site: self._groups_at(context, site, unused))
        self._unused = unused

    def _groups_at(self, context: Any, site: Site, unused: set[str]) -> None:
        """The groups of one account.

        :param unused: gets those that no port has
        """
        there: dict[str, list[SecurityGroup]] = collections.defaultdict(list)
        for one in site.ec2.security_groups.ours(site.cloud_id):
            if site.ours(one.tags):
                there[one.vpc_id].append(one)
                self._sites.vpcs.note(one.vpc_id, site)
        used = _used(_ports_on_ec2(context))
        here = self._sites.vpcs.by_account(used).get(site.account.name, set())
        for vpc_id in there.keys() | here:
            unused |= self._vpc(context, vpc_id, there[vpc_id],
                                used[vpc_id])

    def _vpc(self, context: Any, vpc_id: str, found: list[SecurityGroup],
             used: set[str]) -> set[str]:
        """Put one VPC right.

        :param used: names of the groups that ports in it have
        :returns: groups that no port has, to be gone in the next round
        """
        names = {one.tags[tag_keys.SECURITY_GROUP]: one for one in found}
        there = wanted.read(context, names.keys()).keys() | {
            tag_keys.GROUP_NONE, tag_keys.GROUP_ALL}
        self._followers.groups.apply(
            context, vpc_id, sorted(names.keys() & there))
        unused = {one.group_id for name, one in names.items()
                  if name in there and name not in used}
        gone = [one for name, one in names.items() if name not in there]
        if again := unused & self._unused:
            # All this took time: a port may have got one of them meanwhile.
            now = _used(_ports_on_ec2(context))[vpc_id]
            gone += [one for name, one in names.items()
                     if one.group_id in again and name not in now]
        for one in gone:
            self._followers.groups.remove(one)
        if missing := used - names.keys():
            self._followers.groups.ensure(context, vpc_id, missing)
        return unused

    # Interfaces

    def _interfaces(self, context: Any) -> None:
        ports = _ports_on_ec2(context)
        lies = self._sites.vpcs.by_account(_used(ports))
        self._sites.run(lambda site: self._followers.interfaces.follow_all(
            context, site, [port for port in ports if (
                place := places.of_port(port))
                and place.vpc_id in lies[site.account.name]]), names=lies)


def _used(ports: list[dict[str, Any]]) -> dict[str, set[str]]:
    """By VPC the names of the groups that ports have."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for port in ports:
        if place := places.of_port(port):
            found[place.vpc_id].update(groups.of_port(port))
    return found


def _ports_on_ec2(context: Any) -> list[dict[str, Any]]:
    binding = ml2_models.PortBinding
    with db_api.CONTEXT_READER.using(context):
        ids = [row[0] for row in context.session.query(
            binding.port_id).join(
                models_v2.Port, models_v2.Port.id == binding.port_id).filter(
                    binding.profile.contains(f'"{places.KEY}"'))]
    if not ids:
        return []
    found: list[dict[str, Any]] = directory.get_plugin().get_ports(
        context, filters={'id': ids})
    return [port for port in found if places.of_port(port)]
