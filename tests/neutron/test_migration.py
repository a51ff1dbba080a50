# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys
import tempfile
import unittest

import sqlalchemy as sa

from nova_ec2.neutron.db import models


class MigrationTest(unittest.TestCase):
    """What neutron-db-manage makes is what the code reads."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.url = f'sqlite:///{folder.name}/neutron.db'
        self.engine = sa.create_engine(self.url)
        self.addCleanup(self.engine.dispose)

    def manage(self, *command):
        done = subprocess.run(
            [sys.executable, '-c',
             'from neutron.db.migration import cli; cli.main()',
             '--database-connection', self.url, '--subproject', 'nova-ec2',
             *command], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_the_table_is_made(self):
        self.manage('upgrade', 'heads')
        inspected = sa.inspect(self.engine)
        made = {one['name']: one for one
                in inspected.get_columns('ec2_subnets')}
        table = models.EC2Subnet.__table__
        self.assertEqual({column.name for column in table.columns},
                         made.keys())
        for column in table.columns:
            self.assertEqual(
                (str(column.type), column.nullable),
                (str(made[column.name]['type']),
                 made[column.name]['nullable']), column.name)
        (key,) = inspected.get_foreign_keys('ec2_subnets')
        self.assertEqual(('subnets', 'CASCADE'),
                         (key['referred_table'],
                          key['options']['ondelete']))

    def test_it_can_be_written_down_without_a_database(self):
        self.assertIn('CREATE TABLE ec2_subnets',
                      self.manage('upgrade', '--sql', 'heads'))

    def test_nothing_is_left_to_do_afterwards(self):
        self.manage('upgrade', 'heads')
        self.assertIn('9f2c61a7d3e8', self.manage('current'))
