# SPDX-License-Identifier: Apache-2.0
"""The actions on security groups that are ours."""

import functools
from typing import Any

from moto.core.responses import ActionResult

from nova_ec2.emulator import filtering, permissions, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.permissions import Rule
from nova_ec2.emulator.security_groups import StrictGroup, check_rule_id

_CREATE = frozenset({'Description', 'DryRun', 'GroupName',
                     'TagSpecifications', 'VpcId'})
_AUTHORIZE = frozenset({'DryRun', 'GroupId', 'IpPermissions',
                        'TagSpecifications'})
_REVOKE = frozenset({'DryRun', 'GroupId', 'IpPermissions',
                     'SecurityGroupRuleIds'})
_DESCRIBE = frozenset({'DryRun', 'Filters', 'GroupIds', 'GroupNames',
                       'MaxResults', 'NextToken'})
_DESCRIBE_RULES = frozenset({'DryRun', 'Filters', 'MaxResults', 'NextToken',
                             'SecurityGroupRuleIds'})


class SecurityGroupActions(Actions):
    """Mixed into the table of actions."""

    def create_security_group(self) -> Any:
        """CreateSecurityGroup."""
        only(self.params, _CREATE, 'CreateSecurityGroup')
        name = _text(self.params, 'GroupName').rstrip(' ')
        description = _text(self.params, 'Description')
        if name.lower().startswith('sg-'):
            raise _wrong(f"Invalid group name '{name}': it can't start with "
                         'sg-.')
        if name.lower() == 'default':
            raise _wrong('Cannot use reserved security group name: default')
        backend = self.ec2_backend
        vpc_id = self._get_param('VpcId') or backend.default_vpc.id
        backend.get_vpc(vpc_id)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [],
            ('security-group',)).get('security-group', {})
        self.error_on_dryrun()
        group = backend.create_security_group(
            name, description, vpc_id=vpc_id, tags=tags)
        return ActionResult({
            'GroupId': group.id, 'SecurityGroupArn': group.arn,
            'Tags': tagging.listed(backend.tags_of(group.id))})

    def delete_security_group(self) -> Any:
        """DeleteSecurityGroup, by id."""
        only(self.params, frozenset({'DryRun', 'GroupId'}),
             'DeleteSecurityGroup')
        group_id = self._group().id
        self.error_on_dryrun()
        self.ec2_backend.remove_group(group_id)
        return ActionResult({'Return': True, 'GroupId': group_id})

    def authorize_security_group_ingress(self) -> Any:
        """AuthorizeSecurityGroupIngress."""
        return self._authorize(False)

    def authorize_security_group_egress(self) -> Any:
        """AuthorizeSecurityGroupEgress."""
        return self._authorize(True)

    def revoke_security_group_ingress(self) -> Any:
        """RevokeSecurityGroupIngress."""
        return self._revoke(False)

    def revoke_security_group_egress(self) -> Any:
        """RevokeSecurityGroupEgress."""
        return self._revoke(True)

    def describe_security_groups(self) -> Any:
        """DescribeSecurityGroups, by id, name or filter."""
        only(self.params, _DESCRIBE, 'DescribeSecurityGroups')
        backend = self.ec2_backend
        found = list(backend.all_groups())
        if ids := self._get_param('GroupIds', []):
            found = [backend.find_group(one) for one in dict.fromkeys(ids)]
        if names := self._get_param('GroupNames', []):
            found = [self._by_name(one) for one in dict.fromkeys(names)]
        self.error_on_dryrun()
        return ActionResult({'SecurityGroups': [
            _shown(backend, one) for one in filtering.matching(
                found, self.params.get('Filters'), FILTERS,
                lambda one: backend.tags_of(one.id))]})

    def describe_security_group_rules(self) -> Any:
        """DescribeSecurityGroupRules, by id or filter."""
        only(self.params, _DESCRIBE_RULES, 'DescribeSecurityGroupRules')
        backend = self.ec2_backend
        found = {rule.rule_id: _rule(backend, group, egress, rule)
                 for group in backend.all_groups() for egress in (False, True)
                 for rule in group.rules(egress).values()}
        if ids := self._get_param('SecurityGroupRuleIds', []):
            for rule_id in ids:
                check_rule_id(rule_id, found)
            found = {rule_id: found[rule_id] for rule_id in ids}
        self.error_on_dryrun()
        return ActionResult({'SecurityGroupRules': list(filtering.matching(
            found.values(), self.params.get('Filters'), {
                'group-id': lambda one: [one['GroupId']],
                'security-group-rule-id':
                    lambda one: [one['SecurityGroupRuleId']]},
            lambda one: backend.tags_of(one['SecurityGroupRuleId'])))})

    def modify_security_group_rules(self) -> Any:
        """Missing here."""
        raise NotImplementedError('rules are revoked and authorized')

    update_security_group_rule_descriptions_ingress = (
        modify_security_group_rules)
    update_security_group_rule_descriptions_egress = (
        modify_security_group_rules)

    def _group(self) -> StrictGroup:
        group_id = self._get_param('GroupId')
        if not group_id:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter groupId')
        found: StrictGroup = self.ec2_backend.find_group(group_id)
        return found

    def _by_name(self, name: str) -> StrictGroup:
        backend = self.ec2_backend
        for group in backend.groups[backend.default_vpc.id].values():
            if group.name == name:
                found: StrictGroup = group
                return found
        raise Refusal('InvalidGroup.NotFound',
                      f"The security group '{name}' does not exist in "
                      'default VPC')

    def _read(self, group: StrictGroup) -> list[Rule]:
        return permissions.read(
            self.params.get('IpPermissions') or [],
            functools.partial(self.ec2_backend.check_reference, group))

    def _authorize(self, egress: bool) -> ActionResult:
        only(self.params, _AUTHORIZE, self._get_action())
        backend, group = self.ec2_backend, self._group()
        rules = self._read(group)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [],
            ('security-group-rule',)).get('security-group-rule', {})
        self.error_on_dryrun()
        added = backend.authorize(group, egress, rules)
        for rule in added:
            backend.create_tags([rule.rule_id], tags)
        return ActionResult({'Return': True, 'SecurityGroupRules': [
            _rule(backend, group, egress, rule) for rule in added]})

    def _revoke(self, egress: bool) -> ActionResult:
        only(self.params, _REVOKE, self._get_action())
        backend, group = self.ec2_backend, self._group()
        ids = self._get_param('SecurityGroupRuleIds', [])
        if ids and self.params.get('IpPermissions'):
            raise Refusal('InvalidParameterCombination',
                          'Rules are specified by their ids or by their '
                          'properties.')
        rules = (backend.rules_by_id(group, egress, ids) if ids
                 else self._read(group))
        self.error_on_dryrun()
        gone, unknown = backend.revoke(group, egress, rules)
        return ActionResult({
            'Return': True,
            'UnknownIpPermissions': permissions.shown(
                unknown, backend.account_id),
            'RevokedSecurityGroupRules': [
                _revoked(group, egress, rule) for rule in gone]})


def _keys(egress: bool, kind: str, field: str) -> filtering.Values:
    """What a filter by rules looks at."""
    return lambda group: [
        getattr(key, field) for key in group.rules(egress)
        if kind in ('', key.kind)]


FILTERS: dict[str, filtering.Values] = {
    'description': lambda one: [one.description],
    'group-id': lambda one: [one.id],
    'group-name': lambda one: [one.name],
    'owner-id': lambda one: [one.owner_id],
    'vpc-id': lambda one: [one.vpc_id],
    **{f'{prefix}ip-permission.{name}': _keys(egress, kind, field)
       for prefix, egress in (('', False), ('egress.', True))
       for name, kind, field in (
           ('cidr', 'ipv4', 'peer'), ('ipv6-cidr', 'ipv6', 'peer'),
           ('group-id', 'group', 'peer'), ('protocol', '', 'protocol'),
           ('from-port', '', 'first'), ('to-port', '', 'last'))},
}
"""What each filter of DescribeSecurityGroups looks at."""


def _shown(backend: Any, group: StrictGroup) -> dict[str, Any]:
    return {
        'GroupId': group.id, 'GroupName': group.name,
        'Description': group.description, 'OwnerId': group.owner_id,
        'VpcId': group.vpc_id, 'SecurityGroupArn': group.arn,
        'Tags': tagging.listed(backend.tags_of(group.id)),
        'IpPermissions': permissions.shown(
            group.ingress.values(), group.owner_id),
        'IpPermissionsEgress': permissions.shown(
            group.egress.values(), group.owner_id)}


def _rule(backend: Any, group: StrictGroup, egress: bool,
          rule: Rule) -> dict[str, Any]:
    peer = ({'ReferencedGroupInfo': {'GroupId': rule.key.peer,
                                     'UserId': group.owner_id}}
            if rule.key.kind == 'group' else _range(rule))
    return {**_common(group, egress, rule), **peer,
            'GroupOwnerId': group.owner_id,
            'Tags': tagging.listed(backend.tags_of(rule.rule_id))}


def _revoked(group: StrictGroup, egress: bool,
             rule: Rule) -> dict[str, Any]:
    peer = ({'ReferencedGroupId': rule.key.peer}
            if rule.key.kind == 'group' else _range(rule))
    return {**_common(group, egress, rule), **peer}


def _common(group: StrictGroup, egress: bool, rule: Rule) -> dict[str, Any]:
    first, last = rule.key.first, rule.key.last
    text = {'Description': rule.description} if rule.description else {}
    return {'SecurityGroupRuleId': rule.rule_id, 'GroupId': group.id,
            'IsEgress': egress, 'IpProtocol': rule.key.protocol,
            'FromPort': -1 if first is None else first,
            'ToPort': -1 if last is None else last, **text}


def _range(rule: Rule) -> dict[str, str]:
    return {'CidrIpv6' if rule.key.kind == 'ipv6' else 'CidrIpv4':
            rule.key.peer}


def _text(params: dict[str, Any], name: str) -> str:
    text = str(params.get(name) or '')
    if not text:
        raise Refusal('MissingParameter', 'The request must contain the '
                      f'parameter {name}')
    if not permissions.TEXT.fullmatch(text):
        raise _wrong(f'Value ({text}) for parameter {name} is invalid. It '
                     'must be less than 256 characters from the following '
                     'set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*')
    return text


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterValue', message)
