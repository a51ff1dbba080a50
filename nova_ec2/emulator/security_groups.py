# SPDX-License-Identifier: Apache-2.0
"""Security groups: made, ruled, counted, and deleted when nobody has them.

"Security groups" and "Amazon VPC quotas", Amazon VPC User Guide.
"""

import collections
import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

from moto.ec2.models.security_groups import (
    SecurityGroup,
    SecurityGroupBackend,
)
from moto.ec2.utils import (
    random_security_group_id,
    random_security_group_rule_id,
)

from nova_ec2.emulator import permissions
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.permissions import Key, Rule

_ID = re.compile(r'sg-([0-9a-f]{8}|[0-9a-f]{17})')
_RULE_ID = re.compile(r'sgr-([0-9a-f]{8}|[0-9a-f]{17})')


class StrictGroup(SecurityGroup):
    """A group whose rules are ours; moto's lists stay empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ingress_rules.clear()
        self.egress_rules.clear()
        self.ingress: dict[Key, Rule] = {}
        self.egress: dict[Key, Rule] = {}

    def rules(self, egress: bool) -> dict[Key, Rule]:
        """Those of a direction."""
        return self.egress if egress else self.ingress

    def add(self, egress: bool, rule: Rule) -> Rule:
        """Keep a rule under an id of its own."""
        kept = dataclasses.replace(
            rule, rule_id=random_security_group_rule_id())
        self.rules(egress)[rule.key] = kept
        return kept

    def drop(self, egress: bool, rule: Rule) -> None:
        """Forget a rule and its tags."""
        del self.rules(egress)[rule.key]
        self.ec2_backend.tags.pop(rule.rule_id, None)

    def refers_to(self, group_id: str) -> bool:
        """Whether a rule of it names that group."""
        return any(key.kind == 'group' and key.peer == group_id
                   for rules in (self.ingress, self.egress) for key in rules)


class SecurityGroups(SecurityGroupBackend):
    """The part of the backend that keeps security groups."""

    world: Any
    vpcs: Any
    enis: Any
    tags: Any
    account_id: str
    default_vpc: Any

    def create_security_group(
            self, name: str, description: str, vpc_id: str | None = None,
            tags: dict[str, str] | None = None, force: bool = False,
            is_default: bool | None = None) -> StrictGroup:
        """CreateSecurityGroup, as moto's VPCs call it too."""
        vpc_id = vpc_id or self.default_vpc.id
        if not is_default:
            self._check_new_group(name, vpc_id)
        group = StrictGroup(
            self, random_security_group_id(), name, description,
            vpc_id=vpc_id, tags=tags, is_default=is_default)
        if is_default:
            group.add(False, Rule(Key('-1', None, None, 'group', group.id)))
        group.add(True, permissions.ALL_IPV4)
        if has_ipv6(self.vpcs[vpc_id]):
            group.add(True, permissions.ALL_IPV6)
        self.groups[vpc_id][group.id] = group
        return group

    def _check_new_group(self, name: str, vpc_id: str) -> None:
        if any(one.name.lower() == name.lower()
               for one in self.groups[vpc_id].values()):
            raise Refusal('InvalidGroup.Duplicate',
                          f"The security group '{name}' already exists for "
                          f"VPC '{vpc_id}'")
        if (sum(map(len, self.groups.values()))
                >= self.world.settings.security_groups_limit):
            raise Refusal('SecurityGroupLimitExceeded',
                          'The maximum number of security groups has been '
                          'reached.')

    def all_groups(self) -> Iterator[StrictGroup]:
        """Every group of the account and Region."""
        for groups in self.groups.values():
            yield from groups.values()

    def get_security_group_from_id(self,
                                   group_id: str) -> StrictGroup | None:
        """One group, without a search."""
        for groups in self.groups.values():
            if group_id in groups:
                return groups[group_id]
        return None

    def find_group(self, group_id: str) -> StrictGroup:
        """One group; Malformed or NotFound where there is none."""
        if not _ID.fullmatch(group_id):
            raise Refusal('InvalidGroupId.Malformed',
                          f'Invalid id: "{group_id}" (expecting "sg-...")')
        group = self.get_security_group_from_id(group_id)
        if group is None:
            raise Refusal('InvalidGroup.NotFound',
                          f"The security group '{group_id}' does not exist")
        return group

    def remove_group(self, group_id: str) -> None:
        """DeleteSecurityGroup; a default one, or one in use, stays."""
        group = self.find_group(group_id)
        if group.is_default:
            raise Refusal('CannotDelete',
                          f'the specified group: "{group_id}" name: '
                          f'"{group.name}" cannot be deleted by a user')
        if (any(group in eni.group_set for eni in self.enis.values())
                or any(one.refers_to(group_id) for one in self.all_groups()
                       if one is not group)):
            raise Refusal('DependencyViolation',
                          f'resource {group_id} has a dependent object')
        self.forget_group(group)

    def forget_group(self, group: StrictGroup) -> None:
        """It goes, with its rules and all their tags."""
        del self.groups[str(group.vpc_id)][group.id]
        for rule in (*group.ingress.values(), *group.egress.values()):
            self.tags.pop(rule.rule_id, None)
        self.tags.pop(group.id, None)

    def delete_security_group(self, name: str | None = None,
                              group_id: str | None = None) -> None:
        """What moto calls when a VPC goes: the default group goes too."""
        self.forget_group(self.find_group(group_id or ''))

    def check_reference(self, group: StrictGroup, group_id: str,
                        pair: dict[str, Any]) -> None:
        """Refuse a group that a rule of ``group`` cannot refer to."""
        other = self.find_group(group_id)
        if (other.vpc_id != group.vpc_id
                or pair.get('VpcId') not in (None, group.vpc_id)
                or pair.get('UserId') not in (None, self.account_id)):
            raise Refusal('InvalidGroup.NotFound',
                          'You have specified two resources that belong to '
                          'different networks.')

    def authorize(self, group: StrictGroup, egress: bool,
                  rules: list[Rule]) -> list[Rule]:
        """All rules are added or none is."""
        for rule in rules:
            if rule.key in group.rules(egress):
                raise Refusal('InvalidPermission.Duplicate',
                              f'the specified rule "peer: {rule.key.peer}, '
                              f'{rule.key.protocol}, from port: '
                              f'{rule.key.first}, to port: {rule.key.last}, '
                              'ALLOW" already exists')
        self._check_rules([*group.rules(egress).values(), *rules])
        return [group.add(egress, rule) for rule in rules]

    def _check_rules(self, rules: Iterable[Rule]) -> None:
        counts = collections.Counter(
            family for rule in rules for family in rule.families)
        limit = self.world.settings.rules_limit
        if any(count > limit for count in counts.values()):
            raise Refusal('RulesPerSecurityGroupLimitExceeded',
                          'The maximum number of rules per security group '
                          'has been reached.')

    def revoke(self, group: StrictGroup, egress: bool,
               wanted: list[Rule]) -> tuple[list[Rule], list[Rule]]:
        """The rules that were removed, and those that were not there.

        Of a nondefault VPC: all are removed or, where one is not there,
        none.
        """
        have = group.rules(egress)
        unknown = [rule for rule in wanted if rule.key not in have]
        if unknown and group.vpc_id != self.default_vpc.id:
            raise Refusal('InvalidPermission.NotFound',
                          'The specified rule does not exist in this '
                          'security group.')
        gone = [have[rule.key] for rule in wanted if rule.key in have]
        for rule in gone:
            group.drop(egress, rule)
        return gone, unknown

    def rules_by_id(self, group: StrictGroup, egress: bool,
                    rule_ids: list[str]) -> list[Rule]:
        """Rules of a group and direction; refuses an id that is none."""
        by_id = {rule.rule_id: rule
                 for rule in group.rules(egress).values()}
        for rule_id in rule_ids:
            check_rule_id(rule_id, by_id)
        return [by_id[rule_id] for rule_id in rule_ids]


def has_ipv6(vpc: Any) -> bool:
    """Whether an IPv6 block is associated with a VPC."""
    return bool(vpc.get_cidr_block_association_set(ipv6=True))


def check_rule_id(rule_id: str, known: Any) -> None:
    """Refuse an id of a rule that is not among those known."""
    if not _RULE_ID.fullmatch(rule_id):
        raise Refusal('InvalidSecurityGroupRuleId.Malformed',
                      f'Invalid id: "{rule_id}" (expecting "sgr-...")')
    if rule_id not in known:
        raise Refusal('InvalidSecurityGroupRuleId.NotFound',
                      f"The security group rule ID '{rule_id}' does not "
                      'exist')
