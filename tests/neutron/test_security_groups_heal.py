# SPDX-License-Identifier: Apache-2.0
"""neutron-server dies while it speaks to EC2, or hears no answer."""

import contextlib
from unittest import mock

from neutron_lib.callbacks.exceptions import CallbackFailure

from tests.neutron.managed import Died, Dies
from tests.neutron.test_security_groups import GroupsTestCase, peers


class DeathTest(GroupsTestCase):

    def setUp(self):
        super().setUp()
        self.web = self.group()
        self.rule(self.web, protocol='tcp', port_range_min=80,
                  port_range_max=80)
        self.wanted = {('tcp:80-80', '0.0.0.0/0')}

    @contextlib.contextmanager
    def dies_at(self, method, after=False):
        with Dies(method, after) as crash:
            # Neutron's own hooks stumble over an answer without a port.
            with contextlib.suppress(Died, CallbackFailure):
                yield
            self.assertTrue(crash.died)

    def made(self):
        """How many groups EC2 has of this one."""
        return [one for one in self.ec2.describe_security_groups()[
            'SecurityGroups'] if self.web['id'] in one['GroupName']]

    def test_while_the_groups_of_a_port_are_made(self):
        for method, after in (('create_security_group', False),
                              ('create_security_group', True),
                              ('authorize_security_group_ingress', False),
                              ('authorize_security_group_ingress', True),
                              ('revoke_security_group_egress', False)):
            with self.subTest(method=method, after=after):
                group = self.web = self.group()
                self.rule(group, protocol='tcp', port_range_min=80,
                          port_range_max=80)
                for rule in group['security_group_rules']:
                    self.remove('security_group_rule', rule)
                port = self.make_port(self.network,
                                      security_groups=[group['id']])
                with self.dies_at(method, after):
                    self.to_ec2(port)
                self.launch(port)
                self.assertEqual(1, len(self.made()))
                self.assertEqual(self.wanted, self.inbound(group))
                self.assertEqual(set(), self.outbound(group))

    def test_and_the_user_gives_up(self):
        port = self.make_port(self.network, security_groups=[self.web['id']])
        with self.dies_at('create_security_group', after=True):
            self.to_ec2(port)
        self.remove('port', port)
        self.round()
        self.round()
        self.assertEqual([], self.made())

    def test_when_a_rule_was_saved(self):
        self.come(self.web)
        with self.dies_at('authorize_security_group_ingress'):
            self.rule(self.web, protocol='udp')
        self.round()
        self.assertEqual(self.wanted | {('udp:0-65535', '0.0.0.0/0')},
                         self.inbound(self.web))

    def test_when_a_rule_was_deleted(self):
        self.come(self.web)
        (rule,) = [one for one in self.get('security_group', self.web)[
            'security_group_rules'] if one['direction'] == 'ingress']
        with self.dies_at('revoke_security_group_ingress'):
            self.remove('security_group_rule', rule)
        self.round()
        self.assertEqual(set(), self.inbound(self.web))

    def test_when_a_group_was_deleted(self):
        port, other = self.come(self.web), self.group('other')
        self.put('port', port, security_groups=[other['id']])
        with self.dies_at('delete_security_group'):
            self.remove('security_group', self.web)
        self.assertEqual(1, len(self.made()))
        self.round()
        self.assertEqual([], self.made())

    def test_when_an_interface_was_to_follow(self):
        port, other = self.come(self.web), self.group('other')
        with self.dies_at('modify_network_interface_attribute'):
            self.put('port', port, security_groups=[other['id']])
        self.round()
        self.assertEqual(
            [self.mirrored()[other['id']]['GroupId']],
            [one['GroupId'] for one in self.interface(port)['Groups']])


class MeanwhileTest(GroupsTestCase):

    def test_a_port_gets_an_unused_group_while_a_round_looks(self):
        web = self.group()
        port = self.make_port(self.network, security_groups=[web['id']])
        self.to_ec2(port)
        self.remove('port', port)
        self.round()
        port = self.make_port(self.network, security_groups=[web['id']])
        groups = self.reconciler._followers.groups
        looked = groups.apply

        def slow(*arguments):
            looked(*arguments)
            self.to_ec2(port)
        with mock.patch.object(groups, 'apply', slow):
            self.round()
        self.launch(port)
        self.assertEqual(1, len([
            one for one in self.ec2.describe_security_groups()[
                'SecurityGroups'] if web['id'] in one['GroupName']]))


class LostReplyTest(GroupsTestCase):

    def test_of_a_group_that_was_made(self):
        group = self.group()
        self.control.fault('reset_after', 'CreateSecurityGroup')
        self.come(group)
        found = [one for one in self.ec2.describe_security_groups()[
            'SecurityGroups'] if group['id'] in one['GroupName']]
        self.assertEqual(1, len(found))

    def test_of_rules_that_came_and_went(self):
        group = self.group()
        self.come(group)
        self.control.fault('reset_after',
                           'AuthorizeSecurityGroupIngress')
        rule = self.rule(group, protocol='tcp')
        self.assertEqual({('tcp:0-65535', '0.0.0.0/0')}, self.inbound(group))
        self.control.fault('reset_after', 'RevokeSecurityGroupIngress')
        self.remove('security_group_rule', rule)
        self.assertEqual(set(), peers(
            self.mirrored()[group['id']]['IpPermissions']))
