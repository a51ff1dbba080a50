# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 prices`` against the emulator's Price List."""

import os
from decimal import Decimal

from nova_ec2.costs import prices
from tests.functional.cmd import base

PLAIN = 'region,instance_type,usd_per_hour\n'


class PricesTest(base.TestCase):

    def setUp(self):
        super().setUp()
        self.file = self.place / 'prices.csv'

    def update(self, *words, region='ap-south-1'):
        return self.succeeds('prices', 'update', '--region', region,
                             '--output', self.file, '-f', 'json', *words)

    def test_update_writes_what_the_price_list_says(self):
        rows = self.update('--region', 'eu-central-1').json()
        self.assertEqual({'ap-south-1', 'eu-central-1'},
                         {row['Region'] for row in rows})
        self.assertTrue(all(row['New'] == row['Figures'] and row['Figures']
                            for row in rows))
        table = prices.load(str(self.file))
        self.assertEqual(Decimal('0.1008'),
                         table.instance('ap-south-1', 'm5.large'))
        self.assertEqual(Decimal('0.1152'),
                         table.instance('eu-central-1', 'm5.large'))
        self.assertEqual(Decimal('0.0504'),
                         table.instance('ap-south-1', 'm5.large', 'spot'))
        # 730 GiB for 730 hours.
        self.assertEqual(Decimal('0.084'),
                         table.volume('ap-south-1', 'gp3', 730))
        self.assertEqual(Decimal('0.005'), table.address('ap-south-1'))
        self.assertEqual(0o644, os.stat(self.file).st_mode & 0o777)
        self.assertEqual(['nova.conf', 'prices.csv'],
                         sorted(os.listdir(self.place)))

    def test_what_the_list_does_not_have_stays(self):
        self.file.write_text(
            'nova-ec2 prices,1,v1\n'
            'kind,region,item,above,unit,amount,source,date\n'
            'on-demand,mars-1,m5.large,0,usd/hour,7,me,\n'
            'on-demand,ap-south-1,m5.large,0,usd/hour,7,me,\n'
            'on-demand,ap-south-1,gone.large,0,usd/hour,7,me,\n'
            'spot,ap-south-1,*,0,share,0.25,me,\n')
        (on_demand,) = (row for row in self.update().json()
                        if row['Kind'] == 'on-demand')
        self.assertEqual((on_demand['Figures'] - 1, 1),
                         (on_demand['New'], on_demand['Changed']))
        table = prices.load(str(self.file))
        self.assertNotEqual('v1', table.version)
        self.assertEqual(7, table.price('mars-1', 'm5.large'))
        self.assertIsNone(table.price('ap-south-1', 'gone.large'))
        self.assertEqual(Decimal('0.0252'),
                         table.instance('ap-south-1', 'm5.large', 'spot'))

    def test_the_file_and_region_of_the_configuration(self):
        self.configure(price_file=self.file, region_name='ap-south-1')
        self.succeeds('prices', 'update')
        shown = self.succeeds('prices', 'show', '--kind', 'on-demand',
                              '--type', 'm5.l*', '-f', 'csv').csv()
        self.assertEqual([('ap-south-1', 'm5.large', '0.1008')], [
            (row['Region'], row['Item'], row['Amount']) for row in shown])

    def test_a_region_that_aws_does_not_know_leaves_the_file_alone(self):
        self.file.write_text(PLAIN + 'r1,a.x,1\n')
        self.assertIn('no instances in us-nowhere-1', self.refused(
            'prices', 'update', '--region', 'us-nowhere-1',
            '--output', self.file))
        self.assertEqual(PLAIN + 'r1,a.x,1\n', self.file.read_text())

    def test_mistakes_are_one_line(self):
        self.assertIn('[ec2] price_file: is not set',
                      self.refused('prices', 'update'))
        self.file.write_text(PLAIN + 'r1,a.x,much\n')
        self.assertIn('prices.csv line 2: usd_per_hour', self.refused(
            'prices', 'update', '--output', self.file))
        self.configure(price_file=self.file)
        self.assertIn('prices.csv line 2: usd_per_hour',
                      self.refused('prices', 'show'))
        self.configure(secret_access_key='wrong')
        self.assertIn('signature', self.refused(
            'prices', 'update', '--output', self.place / 'new.csv'))
        self.configure()
        self.assertIn('cannot be written', self.refused(
            'prices', 'update', '--region', 'ap-south-1',
            '--output', self.place / 'nowhere' / 'prices.csv'))
