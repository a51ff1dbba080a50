# SPDX-License-Identifier: Apache-2.0
"""What Neutron's groups want of EC2, computed from its database alone."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from neutron_lib.plugins import directory

from nova_ec2 import exceptions as exc
from nova_ec2.models.security_group import Rule
from nova_ec2.neutron import members, rules
from nova_ec2.neutron.errors import EC2Full, EC2Refused

_WAYS = {False: 'inbound', True: 'outbound'}
# Stands for a group's id where only the number of rules matters.
_SOME_GROUP = 'sg-'


@dataclasses.dataclass(frozen=True)
class Group:
    """A group of Neutron's with its rules, as its API shows them."""

    group_id: str
    name: str
    stateful: bool
    rules: tuple[Mapping[str, Any], ...]

    @property
    def remote(self) -> set[str]:
        """The groups that its rules name."""
        return {rule['remote_group_id'] for rule in self.rules
                if rule.get('remote_group_id')}


def read(context: Any, group_ids: Collection[str]) -> dict[str, Group]:
    """Groups by id; one that Neutron does not have is absent.

    :param context: of an administrator
    """
    if not group_ids:
        return {}
    plugin = directory.get_plugin()
    return {one['id']: Group(
        one['id'], one['name'], one.get('stateful', True),
        tuple(one['security_group_rules']))
        for one in plugin.get_security_groups(
            context, filters={'id': sorted(group_ids)})}


def by_vpc(context: Any, groups: Iterable[Group], vpc_id: str,
           known: Mapping[str, str]) -> dict[str, frozenset[Rule]]:
    """The rules that each group should have in a VPC.

    A remote group without a member in the VPC, or that EC2 does not have
    yet, is not referred to.

    :param context: of an administrator
    :param known: EC2's ids of Neutron's groups in the VPC
    :raises NetworkRefused: EC2 cannot express a rule
    """
    groups = list(groups)
    of_groups = members.of_groups(
        context, set().union(*(one.remote for one in groups)))
    found = {}
    for group in groups:
        peers = {remote: _peers(of_groups.get(remote, ()), vpc_id,
                                known.get(remote, ''))
                 for remote in group.remote}
        peers |= _blocks(context, group)
        found[group.group_id] = rules.translate(group.rules, peers)
    return found


def check(context: Any, groups: Iterable[Group], vpc_id: str,
          most: int) -> None:
    """Refuse groups that EC2 would not take, before it is asked.

    :param context: of an administrator
    :param most: rules that EC2 takes each way and IP version
    :raises EC2Refused: it cannot express one
    :raises EC2Full: a group would have too many rules
    """
    groups = list(groups)
    for group in groups:
        if not group.stateful:
            raise EC2Refused(
                reason=f'security group {_title(group)} is stateless; those '
                f'of EC2 are stateful always')
        try:
            made = by_vpc(context, [group], vpc_id, _Any())
        except exc.NetworkRefused as error:
            raise EC2Refused(reason=f'security group {_title(group)}: '
                             f'{error}') from error
        for (egress, version), number in rules.counts(
                made[group.group_id]).items():
            if number > most:
                raise EC2Full(
                    reason=f'security group {_title(group)} would have '
                    f'{number} {_WAYS[egress]} IPv{version} rules on EC2, '
                    f'which takes {most} ([ml2_ec2] rules_per_group); '
                    f'members of remote groups that are not on EC2 count '
                    f'one by one')


class _Any(dict[str, str]):
    """Knows an id for every group."""

    def get(self, key: str, default: Any = None) -> str:
        return _SOME_GROUP + key


def _title(group: Group) -> str:
    return f'{group.name} ({group.group_id})'


def _peers(found: Iterable[members.Member], vpc_id: str,
           known: str) -> rules.Peers:
    here, elsewhere = set[str](), set[str]()
    present = False
    for member in found:
        inside = member.vpc_id == vpc_id
        present = present or inside
        (here if inside else elsewhere).update(member.addresses)
    # Until it is there the members are named one by one.
    if not known:
        return rules.Peers(elsewhere=frozenset(here | elsewhere))
    return rules.Peers(known if present else '', frozenset(here),
                       frozenset(elsewhere))


def _blocks(context: Any, group: Group) -> dict[str, rules.Peers]:
    plugin = directory.get_plugin()
    named = {str(rule['remote_address_group_id']) for rule in group.rules
             if rule.get('remote_address_group_id')}
    return {remote: rules.Peers(blocks=tuple(
        plugin.get_address_group(context, remote)['addresses']))
        for remote in named}
