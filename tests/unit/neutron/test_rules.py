# SPDX-License-Identifier: Apache-2.0
"""EC2's rules let pass what Neutron's let pass, and nothing else."""

import ipaddress
import unittest

from hypothesis import given
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.neutron import rules

HERE = {'web': ('10.0.0.4', '2001:db8::4'), 'db': ('10.0.0.5',), 'idle': ()}
ELSEWHERE = {'web': ('192.168.0.4',), 'db': ('192.168.0.6', '2001:db8:1::6'),
             'idle': ('192.168.0.9',)}
PEERS = {name: rules.Peers(
    f'sg-{name}' if HERE[name] else '', frozenset(HERE[name]),
    frozenset(ELSEWHERE[name])) for name in HERE} | {
        'blocks': rules.Peers(blocks=('198.51.100.0/25', '2001:db8:2::/64'))}
ADDRESSES = sorted({one for names in (*HERE.values(), *ELSEWHERE.values())
                    for one in names}
                   | {'198.51.100.1', '198.51.100.200', '2001:db8:2::1',
                      '203.0.113.9', '2001:db8:9::9'})
NUMBERS = {'tcp': 6, 'udp': 17, 'icmp': 1, 'icmpv6': 58, 'gre': 47}
PREFIXES = {'IPv4': ('0.0.0.0/0', '10.0.0.0/24', '198.51.100.0/24'),
            'IPv6': ('::/0', '2001:db8::/64')}


@st.composite
def neutrons(draw):
    """A rule as Neutron's API shows it."""
    ethertype = draw(st.sampled_from(('IPv4', 'IPv6')))
    protocol = draw(st.sampled_from((None, 'tcp', '17', 'gre', 'icmp')))
    rule = {'direction': draw(st.sampled_from(('ingress', 'egress'))),
            'ethertype': ethertype, 'protocol': protocol,
            'port_range_min': None, 'port_range_max': None}
    if protocol in ('tcp', '17') and draw(st.booleans()):
        low = draw(st.integers(20, 24))
        rule |= {'port_range_min': low,
                 'port_range_max': draw(st.integers(low, 25))}
    peer = draw(st.sampled_from(('group', 'blocks', 'prefix', 'none')))
    if peer == 'group':
        rule['remote_group_id'] = draw(st.sampled_from(sorted(HERE)))
    elif peer == 'blocks':
        rule['remote_address_group_id'] = 'blocks'
    elif peer == 'prefix':
        rule['remote_ip_prefix'] = draw(st.sampled_from(PREFIXES[ethertype]))
    return rule


@st.composite
def packets(draw):
    """Direction, protocol, port and the other end's address."""
    return (draw(st.booleans()), draw(st.sampled_from(sorted(NUMBERS))),
            draw(st.integers(19, 26)), draw(st.sampled_from(ADDRESSES)))


def by_neutron(rule, egress, protocol, port, peer):
    version = ipaddress.ip_address(peer).version
    if (rule['direction'] == 'egress') is not egress:
        return False
    if rule['ethertype'] != f'IPv{version}':
        return False
    wanted = rule['protocol']
    if wanted == 'icmp' and version == 6:
        wanted = 'icmpv6'
    if wanted not in (None, protocol, str(NUMBERS[protocol])):
        return False
    if rule['port_range_min'] is not None and not (
            rule['port_range_min'] <= port <= rule['port_range_max']):
        return False
    if group := rule.get('remote_group_id'):
        return peer in HERE[group] + ELSEWHERE[group]
    blocks = ([rule.get('remote_ip_prefix') or '::/0' if version == 6
               else rule.get('remote_ip_prefix') or '0.0.0.0/0']
              if 'remote_address_group_id' not in rule
              else PEERS['blocks'].blocks)
    return any(ipaddress.ip_address(peer) in ipaddress.ip_network(block)
               for block in blocks)


def by_ec2(rule, egress, protocol, port, peer):
    if rule.egress is not egress:
        return False
    if rule.protocol not in ('-1', protocol, str(NUMBERS[protocol])):
        return False
    if rule.protocol in ('tcp', 'udp') and not (
            rule.first <= port <= rule.last):
        return False
    if rule.group_id:
        return peer in HERE[rule.group_id.removeprefix('sg-')]
    return ipaddress.ip_address(peer) in ipaddress.ip_network(rule.cidr)


class TranslateTest(unittest.TestCase):

    @given(st.lists(neutrons(), max_size=5), st.lists(packets(), min_size=1))
    def test_the_same_passes(self, wanted, sent):
        made = rules.translate(wanted, PEERS)
        for packet in sent:
            # ICMP of the other IP version is no traffic.
            version = ipaddress.ip_address(packet[3]).version
            if packet[1] == ('icmp' if version == 6 else 'icmpv6'):
                continue
            self.assertEqual(
                any(by_neutron(one, *packet) for one in wanted),
                any(by_ec2(one, *packet) for one in made), packet)

    @given(st.lists(neutrons(), max_size=8))
    def test_counts_are_ec2s(self, wanted):
        made = rules.translate(wanted, PEERS)
        for (egress, version), number in rules.counts(made).items():
            self.assertEqual(number, sum(
                one.egress is egress and bool(
                    one.group_id or (':' in one.cidr) is (version == 6))
                for one in made))

    def test_ports_of_other_protocols_are_refused(self):
        with self.assertRaisesRegex(exc.NetworkRefused, 'sctp'):
            rules.translate([{
                'direction': 'ingress', 'ethertype': 'IPv4',
                'protocol': 'sctp', 'port_range_min': 1,
                'port_range_max': 2}], {})
