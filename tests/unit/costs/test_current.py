# SPDX-License-Identifier: Apache-2.0
"""A price file that changes under a running service."""

import os
import pathlib
import tempfile
import unittest
from decimal import Decimal

from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions
from nova_ec2.costs import current

HEADER = 'region,instance_type,usd_per_hour\n'


class CurrentTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = pathlib.Path(directory.name, 'prices.csv')
        self.conf = cfg.ConfigOpts()
        ec2_conf.register_opts(self.conf)
        self.conf([], default_config_files=[])
        self.conf.set_override('price_file', str(self.path), 'ec2')

    def write(self, text):
        # As an editor or "prices update" does it: the old file is replaced.
        beside = self.path.with_suffix('.new')
        beside.write_text(text)
        os.replace(beside, self.path)

    def test_a_change_is_read_and_a_bad_one_keeps_the_former(self):
        self.write(HEADER + 'r1,a.x,1\n')
        watched = current.watch(self.conf)
        self.assertEqual(1, watched.now().price('r1', 'a.x'))
        self.assertIs(watched.now(), watched.now())
        self.write(HEADER + 'r1,a.x,2\n')
        self.assertEqual(2, watched.now().price('r1', 'a.x'))
        for spoil in (lambda: self.write(HEADER + 'r1,a.x,much\n'),
                      self.path.unlink):
            spoil()
            with self.assertLogs('nova_ec2', 'ERROR') as logged:
                self.assertEqual(2, watched.now().price('r1', 'a.x'))
            self.assertIn('stay as they were', logged.output[0])
            with self.assertNoLogs('nova_ec2', 'ERROR'):
                watched.now()
        self.write(HEADER + 'r1,a.x,3\n')
        self.assertEqual(3, watched.now().price('r1', 'a.x'))

    def test_a_bad_one_stops_the_start(self):
        self.write(HEADER + 'r1,a.x,much\n')
        with self.assertRaisesRegex(exceptions.ConfigurationError,
                                    'prices.csv line 2: usd_per_hour'):
            current.watch(self.conf)

    def test_what_has_no_price_is_treated_as_the_option_says(self):
        self.write(HEADER + 'r1,a.x,7\n')
        with self.assertRaises(exceptions.PriceUnknown):
            current.watch(self.conf).now().instance('r1', 'b.x')
        self.conf.set_override('unpriced', 'dearest', 'ec2_costs')
        self.assertEqual(Decimal(7), current.watch(self.conf).now().instance(
            'r1', 'b.x'))
