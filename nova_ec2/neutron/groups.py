# SPDX-License-Identifier: Apache-2.0
"""Neutron's security groups, mirrored on EC2: one a group and VPC.

Every method computes what should be and applies the difference to what is,
so it does not matter how often, by whom or after which crash it is called.
"""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from oslo_concurrency import lockutils
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.security_group import ANY, Rule, SecurityGroup
from nova_ec2.neutron import members, wanted
from nova_ec2.neutron.errors import EC2Full
from nova_ec2.neutron.rules import EVERYWHERE
from nova_ec2.neutron.site import Site, Sites

LOG = logging.getLogger(__name__)

_EVERYTHING = frozenset(
    Rule(egress, ANY, cidr=EVERYWHERE[version])
    for egress in (False, True) for version in (4, 6))
_SPECIAL = {tag_keys.GROUP_NONE: frozenset[Rule](),
            tag_keys.GROUP_ALL: _EVERYTHING}

# Others may change the same group at the same time: look again so often.
_LOOKS = 4

# Somebody was faster; another look tells what is left to do.
_OVERTAKEN = (exc.AlreadyExists, exc.NotFound)


class Groups:
    """Keeps EC2's groups as Neutron's are."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    # Before anything is saved

    def check(self, context: Any, vpc_id: str, group_ids: Collection[str],
              changed: Mapping[str, Any] | None = None) -> None:
        """Refuse what EC2 would not take.

        :param context: of an administrator
        :param changed: a rule that one of them is about to get
        :raises EC2Refused: it cannot express a rule
        :raises EC2Full: too many rules, or groups of one interface
        """
        options = self._sites.options
        most = options.groups_per_interface
        if len(group_ids) > most:
            raise EC2Full(
                reason=f'a port on EC2 can have {most} security groups '
                f'([ml2_ec2] groups_per_interface), not {len(group_ids)}')
        groups = wanted.read(context, group_ids)
        if changed:
            before = groups[changed['security_group_id']]
            groups[before.group_id] = wanted.Group(
                before.group_id, before.name, before.stateful,
                (*before.rules, changed))
        wanted.check(context, groups.values(), vpc_id,
                     options.rules_per_group)

    # As Neutron changes

    def ensure(self, context: Any, vpc_id: str,
               group_ids: Collection[str]) -> dict[str, str]:
        """Have groups in a VPC, with the rules that they should have.

        :param context: of an administrator
        :param group_ids: Neutron's, or one of ``GROUP_*``
        :returns: EC2's ids by Neutron's
        """
        return self._put_right(context, vpc_id, group_ids, make=True)

    def follow(self, context: Any, group_ids: Collection[str]) -> None:
        """Put groups right wherever an interface has them.

        :param context: of an administrator
        """
        failure: exc.NovaEC2Error | None = None
        for vpc_id, used in members.vpcs(context, group_ids).items():
            try:
                self.apply(context, vpc_id, used)
            except exc.NovaEC2Error as error:
                # That of another account does not wait for this one.
                failure = failure or error
        if failure:
            raise failure

    def apply(self, context: Any, vpc_id: str,
              group_ids: Collection[str]) -> None:
        """Put the rules of groups in one VPC right.

        :param context: of an administrator
        """
        self._put_right(context, vpc_id, group_ids)

    def _put_right(self, context: Any, vpc_id: str,
                   group_ids: Collection[str], make: bool = False
                   ) -> dict[str, str]:
        """Look, change, and look again until nothing is to be changed.

        :param make: whether groups that are not there are made
        :returns: EC2's ids by Neutron's
        """
        known: dict[str, str] = {}
        site = self._sites.of_vpc(vpc_id)
        with lockutils.lock(f'ec2-groups-{vpc_id}'):
            for _ in range(_LOOKS):
                found, changed = self._look(context, site, vpc_id,
                                            group_ids)
                known |= {name: found[name].group_id for name in group_ids
                          if name in found}
                for name in sorted(set(group_ids) - known.keys()
                                   if make else ()):
                    known[name] = self._create(site, vpc_id, name)
                    changed = True
                if not changed:
                    return known
        LOG.warning('The security groups of %s are changed by others all '
                    'the time; they are put right in the next round', vpc_id)
        return known

    @staticmethod
    def _look(context: Any, site: Site, vpc_id: str,
              group_ids: Collection[str]
              ) -> tuple[dict[str, SecurityGroup], bool]:
        """Change what is not as it should be.

        :returns: what is there, and whether there was something to do
        """
        groups = wanted.read(context, set(group_ids) - _SPECIAL.keys())
        remote = set().union(*(one.remote for one in groups.values()))
        found = {one.tags[tag_keys.SECURITY_GROUP]: one
                 for one in site.ec2.security_groups.ours(
                     site.cloud_id, vpc_id, sorted({*group_ids, *remote}))}
        should = _SPECIAL | wanted.by_vpc(
            context, groups.values(), vpc_id,
            {key: one.group_id for key, one in found.items()})
        changes = [put_right(site, found[key], should[key])
                   for key in group_ids if key in found and key in should]
        return found, any(changes)

    # As groups go

    def delete(self, context: Any, group_id: str) -> None:
        """Delete a group in all accounts: Neutron has it no longer.

        With it went the rules of others that named it, of which Neutron
        tells nobody.

        :param context: of an administrator
        """
        self._sites.run(
            lambda site: self._delete_at(context, site, group_id),
            else_=f'EC2 does not follow security group {group_id} yet; it '
            f'is tried again with the next round')

    def _delete_at(self, context: Any, site: Site, group_id: str) -> None:
        for found in site.ec2.security_groups.ours(site.cloud_id,
                                                   owners=[group_id]):
            self._sites.vpcs.note(found.vpc_id, site)
            if not self.remove(found):
                others = site.ec2.security_groups.ours(site.cloud_id,
                                                       found.vpc_id)
                self.apply(context, found.vpc_id, [
                    one.tags[tag_keys.SECURITY_GROUP] for one in others
                    if one.group_id != found.group_id])
                self.remove(found)

    def clear(self, vpc_id: str) -> None:
        """Delete all groups of a VPC that is to be deleted."""
        site = self._sites.of_vpc(vpc_id)
        found = site.ec2.security_groups.ours(site.cloud_id, vpc_id)
        for one in found:
            put_right(site, one, frozenset())
        for one in found:
            self.remove(one)

    def remove(self, group: SecurityGroup) -> bool:
        """Delete one, unless it is in use; the loop tries that again."""
        site = self._sites.of_vpc(group.vpc_id)
        try:
            with contextlib.suppress(exc.NotFound):
                site.ec2.security_groups.delete(group.group_id)
        except exc.IncorrectState as error:
            LOG.info('Security group %s stays until nothing uses it: %s',
                     group.group_id, error)
            return False
        return True

    def _create(self, site: Site, vpc_id: str, group_id: str) -> str:
        api = site.ec2.security_groups
        try:
            return api.create(
                vpc_id, f'{site.cloud_id}-{group_id}',
                f'Neutron security group {group_id}',
                site.tags(security_group=group_id))
        except (exc.AlreadyExists, exc.OutcomeUnknown, exc.ServiceFault):
            # Made by another process, or by the call whose reply was lost.
            found = api.find(vpc_id, [group_id], site.cloud_id)
            if group_id not in found:
                raise
            return found[group_id]


def put_right(site: Site, group: SecurityGroup,
              should: Iterable[Rule]) -> bool:
    """Authorize what is missing and revoke what is too much.

    :returns: whether there was something to do
    """
    api, rules = site.ec2.security_groups, frozenset(should)
    missing, surplus = rules - group.rules, group.rules - rules
    if not (missing or surplus):
        return False
    LOG.info('Security group %s (%s): %d rules to add, %d to take away',
             group.group_id, group.tags.get(tag_keys.SECURITY_GROUP),
             len(missing), len(surplus))
    with contextlib.suppress(*_OVERTAKEN):
        try:
            # First what is missing: no traffic is cut for a moment.
            api.authorize(group.group_id, missing)
            api.revoke(group.group_id, surplus)
        except exc.QuotaExceeded:
            api.revoke(group.group_id, surplus)
            api.authorize(group.group_id, missing)
    return True


def of_port(port: Mapping[str, Any]) -> list[str]:
    """Neutron's ids of a port's groups, or one of ``GROUP_*``."""
    if not port.get('port_security_enabled', True):
        return [tag_keys.GROUP_ALL]
    return sorted(port.get('security_groups') or ()) or [
        tag_keys.GROUP_NONE]
