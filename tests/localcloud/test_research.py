# SPDX-License-Identifier: Apache-2.0

import decimal
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from localcloud import cloud, ec2, research
from nova_ec2.accounts import table
from nova_ec2.costs import budget_file
from nova_ec2.policy import burst_file

PROJECT = '3f2b1c0d9e8a47f6b5c4d3e2f1a0b9c8'


class ResearchTest(unittest.TestCase):
    """The operator's files of the local cloud, as the services read them."""

    def setUp(self):
        super().setUp()
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.here = cloud.Cloud(home=Path(home.name), cache=Path('/nowhere'),
                                port_base=1024)
        known = mock.patch.object(research, 'project_id',
                                  return_value=PROJECT)
        known.start()
        self.addCleanup(known.stop)
        research.write(self.here)

    def test_the_project_has_an_account_of_its_own(self):
        found = table.load(str(research.accounts_file(self.here)))
        self.assertEqual({PROJECT: research.ACCOUNT}, found.projects)
        account = found.accounts[research.ACCOUNT]
        self.assertEqual(research.ACCOUNT_ID, account.account_id)
        self.assertEqual(research.EXTERNAL_ID, account.external_id)
        self.assertIn(ec2.CLOUD_ID, account.role_arn)

    def test_it_bursts_from_a_threshold_on_and_others_spill(self):
        found = burst_file.load(str(research.policy_file(self.here)))
        self.assertEqual('spill', str(found.default))
        self.assertTrue(str(found.projects[PROJECT]).startswith(
            f'above:{research.THRESHOLD}%'))

    def test_no_file_is_taken_for_a_services_access_rules(self):
        # They are beside the services' own files.
        for one in (research.accounts_file, research.policy_file,
                    research.budget_file):
            self.assertEqual(self.here.etc, one(self.here).parent)
            self.assertNotIn(one(self.here).name,
                             ('policy.yaml', 'policy.json'))

    def test_a_limit_is_that_of_the_project(self):
        research.limit_research(self.here, 0.0001)
        budgets = budget_file.read(str(research.budget_file(self.here)))
        (limit,) = [one.limit for one in budgets.of(PROJECT)
                    if one.project_id == PROJECT]
        self.assertEqual(decimal.Decimal('0.0001'), limit)
