# SPDX-License-Identifier: Apache-2.0
"""Security groups: every call we make of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing, permissions
from nova_ec2.aws.call import Caller
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.security_group import Rule, SecurityGroup


class SecurityGroups:
    """Create, Delete, Describe, Authorize and Revoke of security groups."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, vpc_id: str, name: str, description: str,
               tags: Mapping[str, str]) -> str:
        """Make a group (CreateSecurityGroup).

        EC2 knows no token for it, but a name is there once in a VPC.

        :returns: its id; it lets everything out, as EC2 makes it
        :raises AlreadyExists: a group of the VPC has the name
        :raises QuotaExceeded: the VPC, or the Region, has no room for more
        """
        answer = self._call(
            'create_security_group', VpcId=vpc_id, GroupName=name,
            Description=description,
            TagSpecifications=pages.tagged('security-group', tags))
        return str(answer['GroupId'])

    def delete(self, group_id: str) -> None:
        """DeleteSecurityGroup.

        :raises NotFound: it is gone already
        :raises IncorrectState: an interface has it, or a rule names it
        """
        self._call('delete_security_group', GroupId=group_id)

    def find(self, vpc_id: str, owners: Sequence[str],
             cloud_id: str) -> dict[str, str]:
        """Ids of the groups that mirror Neutron's in a VPC.

        :param owners: values of the tag ``SECURITY_GROUP``
        :returns: EC2's id by that value; absent where there is none yet
        """
        return {one.tags[tag_keys.SECURITY_GROUP]: one.group_id
                for one in self.ours(cloud_id, vpc_id, owners)}

    def ours(self, cloud_id: str, vpc_id: str = '',
             owners: Sequence[str] = ()) -> list[SecurityGroup]:
        """The groups of a cloud, with their rules.

        :param vpc_id: of one VPC, '' for all
        :param owners: values of the tag ``SECURITY_GROUP``; all where empty
        """
        filters = {f'tag:{tag_keys.CLOUD}': [cloud_id],
                   'tag-key': [tag_keys.SECURITY_GROUP]}
        if vpc_id:
            filters['vpc-id'] = [vpc_id]
        if not owners:
            return self._find(filters)
        return [one for batch in pages.batches(owners)
                for one in self._find(filters | {
                    f'tag:{tag_keys.SECURITY_GROUP}': batch})]

    def authorize(self, group_id: str, rules: Iterable[Rule]) -> None:
        """Add rules (AuthorizeSecurityGroupIngress and -Egress).

        :raises AlreadyExists: one of them is there; none was added
        :raises QuotaExceeded: the group would have too many
        """
        self._change(group_id, rules, 'authorize_security_group_ingress',
                     'authorize_security_group_egress')

    def revoke(self, group_id: str, rules: Iterable[Rule]) -> None:
        """Take rules away (RevokeSecurityGroupIngress and -Egress).

        :raises NotFound: one of them is not there
        """
        self._change(group_id, rules, 'revoke_security_group_ingress',
                     'revoke_security_group_egress')

    def _change(self, group_id: str, rules: Iterable[Rule], ingress: str,
                egress: str) -> None:
        wanted = sorted(rules)
        for call, outward in ((ingress, False), (egress, True)):
            chosen = [permissions.written(rule) for rule in wanted
                      if rule.egress is outward]
            if chosen:
                self._call(call, GroupId=group_id, IpPermissions=chosen)

    def _find(self, filters: Mapping[str, Sequence[str]]
              ) -> list[SecurityGroup]:
        return [_group(raw) for raw in pages.pages(
            self._caller, 'describe_security_groups', 'SecurityGroups',
            filters)]


def _group(raw: Mapping[str, Any]) -> SecurityGroup:
    return SecurityGroup(
        group_id=raw['GroupId'], vpc_id=raw.get('VpcId', ''),
        name=raw.get('GroupName', ''),
        rules=frozenset(permissions.read(raw)), tags=parsing.tags(raw))
