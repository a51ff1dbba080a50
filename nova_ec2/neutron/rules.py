# SPDX-License-Identifier: Apache-2.0
"""Neutron's security group rules become EC2's; pure functions."""

import collections
import dataclasses
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from neutron_lib import constants

from nova_ec2 import exceptions as exc
from nova_ec2.models.security_group import ANY, Rule

EVERYWHERE = {4: '0.0.0.0/0', 6: '::/0'}

_PORTS = {'tcp', 'udp'}
_TYPES = {'icmp', 'icmpv6'}
# What EC2 has names for, by number.
_NAMED = {6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6'}
_LAST_PORT = 65535


@dataclasses.dataclass(frozen=True)
class Peers:
    """What a rule's peer is just now, seen from one VPC.

    :param group_id: the remote group's id on EC2, '' where none of its
        members is in the VPC
    :param here: addresses of its members in the VPC
    :param elsewhere: addresses of its members on private hosts and in other
        VPCs
    :param blocks: of a remote address group
    """

    group_id: str = ''
    here: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    blocks: tuple[str, ...] = ()


def translate(rules: Iterable[Mapping[str, Any]],
              peers: Mapping[str, Peers]) -> frozenset[Rule]:
    """All rules of one Neutron group as EC2's.

    EC2 admits a group as peer for IPv4 and IPv6 together. Where Neutron's
    group has a rule for one of them only, and members have addresses of the
    other, they are named one by one instead: nothing passes that Neutron
    does not let pass.

    :param rules: as Neutron's API shows them
    :param peers: by ids of remote groups and remote address groups
    :raises NetworkRefused: EC2 cannot express a rule
    """
    rules = list(rules)
    kinds = {_kind(rule) for rule in rules}
    return frozenset(made for rule in rules
                     for made in _translated(rule, peers, kinds))


def counts(rules: Iterable[Rule]) -> Mapping[tuple[bool, int], int]:
    """How many rules EC2 counts: by egress and IP version."""
    found: collections.Counter[tuple[bool, int]] = collections.Counter()
    for rule in rules:
        for version in (4, 6):
            if rule.group_id or version == _version(rule.cidr):
                found[rule.egress, version] += 1
    return found


def _translated(rule: Mapping[str, Any], peers: Mapping[str, Peers],
                kinds: set[tuple[Any, ...]]) -> list[Rule]:
    version = _rule_version(rule)
    protocol, first, last = _traffic(rule, version)
    made = Rule(rule['direction'] == 'egress', protocol, first, last)
    if remote := rule.get('remote_group_id'):
        group_id, blocks = _members(rule, version, protocol, peers[remote],
                                    kinds)
        references = [dataclasses.replace(made, group_id=group_id)]
        return [*(references if group_id else ()),
                *(dataclasses.replace(made, cidr=block)
                  for block in blocks)]
    if remote := rule.get('remote_address_group_id'):
        blocks = [block for block in _collapsed(peers[remote].blocks)
                  if _version(block) == version]
    else:
        blocks = _collapsed([rule.get('remote_ip_prefix')
                             or EVERYWHERE[version]])
    return [dataclasses.replace(made, cidr=block) for block in blocks]


def _members(rule: Mapping[str, Any], version: int, protocol: str,
             peers: Peers, kinds: set[tuple[Any, ...]]
             ) -> tuple[str, list[str]]:
    """The reference to a remote group, or '', and the blocks beside it."""
    addresses = set(peers.elsewhere)
    reference = peers.group_id
    others = [one for one in peers.here if _version(one) != version]
    if others and protocol not in _TYPES and _kind(
            rule, turned=True) not in kinds:
        reference = ''
        addresses |= peers.here
    return reference, _collapsed(
        one for one in addresses if _version(one) == version)


def _kind(rule: Mapping[str, Any], turned: bool = False) -> tuple[Any, ...]:
    """All that tells rules apart; with the other IP version if turned."""
    version = _rule_version(rule)
    return (rule['direction'], 10 - version if turned else version,
            *_traffic(rule, version), rule.get('remote_group_id'))


def _traffic(rule: Mapping[str, Any], version: int) -> tuple[str, int, int]:
    """Protocol, and first and last port or ICMP type and code.

    :raises NetworkRefused: EC2 knows no ports of this protocol
    """
    protocol = _protocol(rule.get('protocol'), version)
    low, high = rule.get('port_range_min'), rule.get('port_range_max')
    if protocol in _PORTS:
        return (protocol, 0 if low is None else low,
                _LAST_PORT if high is None else high)
    if protocol in _TYPES:
        return (protocol, -1 if low is None else low,
                -1 if high is None else high)
    if low is not None or high is not None:
        raise exc.NetworkRefused(
            f'a rule for ports {low} to {high} of protocol '
            f'{rule["protocol"]} cannot be kept on EC2, which knows ports of '
            f'TCP and UDP only; leave the ports out')
    return protocol, -1, -1


def _protocol(name: Any, version: int) -> str:
    if name in (None, '', 'any', '0', 0):
        return ANY
    number = constants.IP_PROTOCOL_MAP.get(str(name))
    if number is None:
        number = int(name)
    if version == 6 and number == constants.PROTO_NUM_ICMP:
        # Neutron takes ``icmp`` for both.
        number = constants.PROTO_NUM_IPV6_ICMP
    return _NAMED.get(number, str(number))


def _rule_version(rule: Mapping[str, Any]) -> int:
    return 6 if rule.get('ethertype') == constants.IPv6 else 4


def _version(block: str) -> int:
    return 6 if ':' in block else 4


def _collapsed(blocks: Iterable[str]) -> list[str]:
    """The fewest blocks that hold the same addresses."""
    networks = [ipaddress.ip_network(block, strict=False)
                for block in blocks]
    four = [one for one in networks
            if isinstance(one, ipaddress.IPv4Network)]
    six = [one for one in networks if isinstance(one, ipaddress.IPv6Network)]
    return [str(one) for one in (*ipaddress.collapse_addresses(four),
                                 *ipaddress.collapse_addresses(six))]
