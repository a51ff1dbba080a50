# SPDX-License-Identifier: Apache-2.0
"""The mechanism driver by itself, without a plug-in around it."""

import unittest

from oslo_config import cfg, fixture

from nova_ec2.conf import neutron as options
from nova_ec2.neutron import mechanism


class DriverTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        options.register_opts(cfg.CONF)
        self.conf = fixture.Config(cfg.CONF)
        self.conf.setUp()
        self.addCleanup(self.conf.cleanUp)

    def driver(self, hosts):
        self.conf.config(group='ml2_ec2', hosts=hosts)
        driver = mechanism.EC2MechanismDriver()
        driver.initialize()
        return driver

    def test_our_hosts_reach_segments_and_no_others_through_us(self):
        reached = self.driver(['ec2-*']).filter_hosts_with_segment_access(
            None, [], {'ec2-a', 'private', 'ec2-b'}, None)
        self.assertEqual({'ec2-a', 'ec2-b'}, reached)

    def test_without_hosts_the_operator_is_told(self):
        with self.assertLogs(mechanism.LOG.logger, 'WARNING') as logs:
            self.driver([])
        self.assertIn('[ml2_ec2] hosts', logs.output[0])

    def test_a_port_needs_an_address_first(self):
        self.assertEqual('l3', self.driver(['ec2-*']).connectivity)
