# SPDX-License-Identifier: Apache-2.0
"""Rules of security groups: read, checked, and shown as permissions.

IpPermission, IpRange and UserIdGroupPair, Amazon EC2 API Reference.
"""

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from nova_ec2.emulator.errors import Refusal, only

TEXT = re.compile(r'[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}')
"""What names and descriptions of groups and rules may be made of."""

_KNOWN = frozenset({'FromPort', 'IpProtocol', 'IpRanges', 'Ipv6Ranges',
                    'ToPort', 'UserIdGroupPairs'})
_NAMES = {'tcp': 'tcp', '6': 'tcp', 'udp': 'udp', '17': 'udp',
          'icmp': 'icmp', '1': 'icmp', 'icmpv6': 'icmpv6', '58': 'icmpv6',
          '-1': '-1', 'all': '-1'}


class Key(NamedTuple):
    """What makes a rule: no two of a group and direction are equal in it.

    :param kind: ``ipv4``, ``ipv6`` or ``group``
    :param peer: a block or the id of a group
    """

    protocol: str
    first: int | None
    last: int | None
    kind: str
    peer: str


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule as EC2 keeps it."""

    key: Key
    rule_id: str = ''
    description: str | None = None

    @property
    def families(self) -> tuple[str, ...]:
        """What it counts for: a reference to a group counts for both."""
        kind = self.key.kind
        return ('ipv4', 'ipv6') if kind == 'group' else (kind,)


ALL_IPV4 = Rule(Key('-1', None, None, 'ipv4', '0.0.0.0/0'))
ALL_IPV6 = Rule(Key('-1', None, None, 'ipv6', '::/0'))


def read(permissions: Iterable[dict[str, Any]],
         check_group: Callable[[str, dict[str, Any]], None]
         ) -> list[Rule]:
    """IpPermissions as rules, none of them twice.

    :param check_group: refuses a group that may not be referred to
    """
    rules = [rule for one in permissions for rule in _rules(one, check_group)]
    if not rules:
        raise Refusal('MissingParameter', 'The request must contain the '
                      'parameter ipPermissions')
    if len({rule.key for rule in rules}) < len(rules):
        raise _wrong('The same permission must not appear multiple times')
    return rules


def _rules(one: dict[str, Any], check_group: Any) -> Iterator[Rule]:
    only((name for name, value in one.items() if value not in (None, [])),
         _KNOWN, 'IpPermission')
    protocol = _protocol(one.get('IpProtocol'))
    first, last = _ports(protocol, one.get('FromPort'), one.get('ToPort'))
    ranges = [*(one.get('IpRanges') or []), *(one.get('Ipv6Ranges') or [])]
    pairs = one.get('UserIdGroupPairs') or []
    if ranges and pairs:
        raise Refusal('InvalidParameterCombination',
                      "You can't specify a source security group and a CIDR "
                      'IP address range in the same set of permissions.')
    if not ranges and not pairs:
        raise Refusal('MissingParameter', 'Exactly one of an IPv4 or IPv6 '
                      'address range or a security group must be specified.')
    for item in ranges:
        kind, block = _block(item, protocol)
        yield Rule(Key(protocol, first, last, kind, block),
                   description=_description(item))
    for item in pairs:
        only(item, frozenset({'Description', 'GroupId', 'UserId', 'VpcId'}),
             'UserIdGroupPair')
        group_id = item.get('GroupId') or ''
        check_group(group_id, item)
        yield Rule(Key(protocol, first, last, 'group', group_id),
                   description=_description(item))


def _protocol(given: Any) -> str:
    if given is None or given == '':
        raise _wrong("Invalid value 'null' for protocol. VPC security group "
                     'rules must specify protocols explicitly.')
    text = str(given).lower()
    if text in _NAMES:
        return _NAMES[text]
    if not text.isascii() or not text.isdigit() or int(text) > 255:
        raise _wrong(f"Invalid value '{given}' for IP protocol. Unknown "
                     'protocol.')
    return str(int(text))


def _ports(protocol: str, first: int | None,
           last: int | None) -> tuple[int | None, int | None]:
    if protocol in ('tcp', 'udp'):
        if first is None or last is None:
            raise _wrong("Invalid value 'Must specify both from and to ports "
                         "with TCP/UDP.' for portRange.")
        for port in (first, last):
            if not 0 <= port <= 65535:
                raise _wrong(f"Invalid value '{port}' for portRange. TCP/UDP "
                             f'port ({port}) out of range.')
        if first > last:
            raise _wrong(f"Invalid value '{first}-{last}' for portRange. The "
                         'start may not be greater than the end.')
        return first, last
    if protocol not in ('icmp', 'icmpv6'):
        return None, None  # All ports, whatever was said.
    if protocol == 'icmpv6' and first is None and last is None:
        return -1, -1
    if first is None or last is None:
        raise _wrong(f"Invalid value 'Must specify both type and code with "
                     f"{protocol}.' for portRange.")
    if not -1 <= first <= 255 or not -1 <= last <= 255:
        raise _wrong(f'ICMP type or code out of range: {first}, {last}')
    if first == -1 and last != -1:
        raise _wrong('If the ICMP type is -1 (all types), then the code '
                     'must be -1 (all codes).')
    return first, last


def _block(item: dict[str, Any], protocol: str) -> tuple[str, str]:
    """The kind of a range, and its block in EC2's form."""
    only(item, frozenset({'CidrIp', 'CidrIpv6', 'Description'}), 'IpRange')
    kind = 'ipv6' if 'CidrIpv6' in item else 'ipv4'
    text = str(item.get('CidrIpv6' if kind == 'ipv6' else 'CidrIp') or '')
    network = (ipaddress.IPv6Network if kind == 'ipv6'
               else ipaddress.IPv4Network)
    try:
        if not re.fullmatch(r'[^/]+/[0-9]{1,3}', text):
            raise ValueError(text)
        block = str(network(text, strict=False))
    except ValueError:
        raise _wrong(f'CIDR block {text} is malformed') from None
    if (protocol, kind) in (('icmp', 'ipv6'), ('icmpv6', 'ipv4')):
        raise _wrong(f'The protocol {protocol} does not go with CIDR block '
                     f'{block}.')
    return kind, block


def _description(item: dict[str, Any]) -> str | None:
    text = item.get('Description')
    if text is not None and not TEXT.fullmatch(text):
        raise _wrong('Invalid rule description. Valid descriptions are '
                     'strings less than 256 characters from the following '
                     'set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*')
    return text or None


def shown(rules: Iterable[Rule], owner: str) -> list[dict[str, Any]]:
    """Rules as IpPermissions, one for each protocol and ports."""
    result: dict[tuple[Any, ...], dict[str, Any]] = {}
    for rule in rules:
        protocol, first, last, kind, peer = rule.key
        one = result.setdefault((protocol, first, last), {
            'IpProtocol': protocol, 'IpRanges': [], 'Ipv6Ranges': [],
            'PrefixListIds': [], 'UserIdGroupPairs': [],
            **({} if first is None else {'FromPort': first,
                                         'ToPort': last})})
        text = ({'Description': rule.description} if rule.description
                else {})
        if kind == 'ipv4':
            one['IpRanges'].append({'CidrIp': peer, **text})
        elif kind == 'ipv6':
            one['Ipv6Ranges'].append({'CidrIpv6': peer, **text})
        else:
            one['UserIdGroupPairs'].append(
                {'GroupId': peer, 'UserId': owner, **text})
    return list(result.values())


def _wrong(message: str) -> Refusal:
    return Refusal('InvalidParameterValue', message)
