# SPDX-License-Identifier: Apache-2.0
"""EC2's IpPermissions and our rules, each made into the other.

A permission of EC2 holds many peers, a rule of ours one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from nova_ec2.models.security_group import ANY, Rule

_PORTS = {'tcp', 'udp'}
_TYPES = {'icmp', 'icmpv6'}
# As EC2 shows them, whatever was written.
_NAMES = {'6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6'}
_LAST_PORT = 65535


def written(rule: Rule) -> dict[str, Any]:
    """One element of IpPermissions."""
    made: dict[str, Any] = {'IpProtocol': rule.protocol}
    if rule.protocol in _PORTS | _TYPES:
        made |= {'FromPort': rule.first, 'ToPort': rule.last}
    if rule.group_id:
        made['UserIdGroupPairs'] = [{'GroupId': rule.group_id}]
    elif ':' in rule.cidr:
        made['Ipv6Ranges'] = [{'CidrIpv6': rule.cidr}]
    else:
        made['IpRanges'] = [{'CidrIp': rule.cidr}]
    return made


def read(group: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules of an element of SecurityGroups, prefix lists left out."""
    for key, egress in (('IpPermissions', False),
                        ('IpPermissionsEgress', True)):
        for raw in group.get(key, ()):
            yield from _rules(raw, egress)


def _rules(raw: Mapping[str, Any], egress: bool) -> Iterator[Rule]:
    protocol = _NAMES.get(raw['IpProtocol'], raw['IpProtocol'])
    first, last = -1, -1
    if protocol in _PORTS:
        first, last = raw.get('FromPort', 0), raw.get('ToPort', _LAST_PORT)
        if first == -1:
            first, last = 0, _LAST_PORT
    elif protocol in _TYPES:
        first, last = raw.get('FromPort', -1), raw.get('ToPort', -1)
    elif protocol == 'all':
        protocol = ANY
    for peer in raw.get('IpRanges', ()):
        yield Rule(egress, protocol, first, last, cidr=peer['CidrIp'])
    for peer in raw.get('Ipv6Ranges', ()):
        yield Rule(egress, protocol, first, last, cidr=peer['CidrIpv6'])
    for peer in raw.get('UserIdGroupPairs', ()):
        yield Rule(egress, protocol, first, last,
                   group_id=peer.get('GroupId', ''))
