# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 account list`` and ``check``."""

from tests.functional.cmd import base

ARN = 'arn:aws:iam::{}:role/nova-ec2'
TABLE = '''
accounts:
  research: {{account_id: '222222222222', role_arn: '{}', external_id: 5f0c}}
  closed: {{account_id: '333333333333', role_arn: '{}'}}
projects: {{p1: research}}
'''.format(ARN.format('222222222222'), ARN.format('333333333333'))


class AccountTest(base.TestCase):

    def setUp(self):
        super().setUp()
        self.file = self.place / 'accounts.yaml'
        self.file.write_text(TABLE)
        self.configure(accounts_file=self.file)
        self.control.role(ARN.format('222222222222'), external_id='5f0c')

    def test_list(self):
        rows = self.succeeds('account', 'list', '-f', 'json').json()
        self.assertEqual(
            [('default', '', 'yes'), ('research', 'p1', ''),
             ('closed', '', '')],
            [(row['Account'], row['Projects'], row['Default'])
             for row in rows])
        self.assertEqual(['', 'set', ''],
                         [row['External id'] for row in rows])
        self.assertEqual([], self.control.calls())

    def test_check_tells_which_can_be_entered(self):
        ran = self.run_('account', 'check', '-f', 'json')
        self.assertEqual(1, ran.code)
        default, research, closed = ran.json()
        self.assertEqual(
            (('123456789012', 'ok'), ('222222222222', 'ok')),
            tuple((row['Number'], row['Result'])
                  for row in (default, research)))
        self.assertTrue(research['Subnet'].startswith('subnet-'))
        self.assertIn('AccessDenied', closed['Result'])
        self.control.role(ARN.format('333333333333'))
        self.succeeds('account', 'check')

    def test_a_mistake_in_the_file(self):
        self.file.write_text('accounts: []\n')
        self.assertIn('line 1: accounts: must be a mapping',
                      self.refused('account', 'list'))
