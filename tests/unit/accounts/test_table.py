# SPDX-License-Identifier: Apache-2.0
"""The file of accounts: what it says, and what is said of mistakes."""

import pathlib
import re
import tempfile
import unittest

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.accounts import table
from nova_ec2.accounts.file import AccountsFile
from nova_ec2.accounts.session_names import session_name

ETC = pathlib.Path(__file__).parents[3] / 'etc' / 'nova-ec2'
LETTERS = 'ab0:-[]{}#&*!|>%@`\'",? \n\té\x00\u2028'
ARN = 'arn:aws:iam::011122223333:role/nova-ec2'
GOOD = f'''\
accounts:
  research:
    account_id: 011122223333
    role_arn: {ARN}
    external_id: 5f0c
    subnets:
      us-east-1a: subnet-0a1b2c3d
    security_group_ids: [sg-0a1b2c3d]
projects:
  p1: research
  p2: default
default: research
'''


class TableTest(unittest.TestCase):

    def test_whole(self):
        read = table.parse(GOOD, 'f')
        research = read.accounts['research']
        self.assertEqual(
            ('011122223333', ARN, '5f0c', {'us-east-1a': 'subnet-0a1b2c3d'},
             ('sg-0a1b2c3d',)),
            (research.account_id, research.role_arn, research.external_id,
             research.subnet_ids, research.security_group_ids))
        self.assertEqual(({'p1': 'research', 'p2': 'default'}, 'research'),
                         (read.projects, read.default))
        self.assertEqual(['p1'], read.projects_of('research'))
        self.assertNotIn('5f0c', repr(research))

    def test_nothing(self):
        for text in ('', '# nothing', 'accounts:\nprojects:\ndefault:\n'):
            self.assertEqual(table.AccountTable(), table.parse(text, 'f'))

    def test_the_example_is_right(self):
        read = table.load(str(ETC / 'accounts.yaml.example'))
        self.assertGreater(len(read.accounts), 0)

    def test_mistakes_name_file_line_and_field(self):
        for old, new, line, field, words in (
                ('account_id: 011122223333', 'account_id: 1112', 3,
                 'accounts.research.account_id', '12 digits'),
                ('    account_id: 011122223333\n', '', 3,
                 'accounts.research', 'lacks account_id'),
                ('external_id: 5f0c', 'externalid: 5f0c', 5,
                 'accounts.research.externalid', 'is unknown'),
                (ARN, 'nova-ec2', 4, 'accounts.research.role_arn', 'ARN'),
                (ARN, ARN.replace('0111', '9999'), 4,
                 'accounts.research.role_arn', 'is a role of account 9999'),
                ('5f0c', '[a]', 5, 'accounts.research.external_id',
                 'must be an external id'),
                ('us-east-1a: subnet-0a1b2c3d', 'us-east-1a: vpc-1', 7,
                 'accounts.research.subnets.us-east-1a', 'a subnet'),
                ('[sg-0a1b2c3d]', '[sg-0a1b2c3d, x]', 8,
                 'accounts.research.security_group_ids[1]',
                 'a security group'),
                ('[sg-0a1b2c3d]', str(['sg-0a1b2c3d'] * 6), 8,
                 'accounts.research.security_group_ids', 'takes 5'),
                ('p1: research', 'p1: reserch', 10, 'projects.p1',
                 "no account 'reserch'"),
                ('p2: default', 'p1: default', 11, 'projects.p1',
                 'occurs a second time'),
                ('default: research', 'default: nobody', 12, 'default',
                 "no account 'nobody'"),
                ('default: research', 'defaults: x', 12, 'defaults',
                 'is unknown'),
                ('  research:', '  default:', 3, 'accounts.default',
                 'not described here'),
                ('  p1: research\n', '  - p1\n', 11, None, ''),
                ('[sg-0a1b2c3d]', '[sg-0a1b2c3d', 9, None, '')):
            with self.subTest(new):
                self.assertIn(old, GOOD)
                with self.assertRaises(exc.ConfigurationError) as caught:
                    table.parse(GOOD.replace(old, new, 1), 'f.yaml')
                said = str(caught.exception)
                self.assertIn(f'[ec2] accounts_file: f.yaml line {line}: ',
                              said)
                self.assertIn(words, said)
                if field:
                    self.assertIn(f': {field}: ', said)

    def test_an_aws_account_is_there_once(self):
        again = GOOD.replace('projects:', f'''\
  again:
    account_id: 011122223333
    role_arn: {ARN}
projects:''')
        with self.assertRaisesRegex(exc.ConfigurationError,
                                    'line 10: accounts.again: .*research'):
            table.parse(again, 'f')

    @settings(max_examples=50)
    @given(st.recursive(
        st.none() | st.booleans() | st.integers()
        | st.text(LETTERS, max_size=8)
        | st.sampled_from(['research', ARN, '011122223333', 'default']),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(['accounts', 'projects', 'default', 'research',
                             'account_id', 'role_arn', 'subnets', 'x']),
            inner, max_size=4), max_leaves=12))
    def test_whatever_is_written_is_read_or_named(self, content):
        self.read_or_named(yaml.safe_dump(content, allow_unicode=True))

    @settings(max_examples=50)
    @given(st.text(LETTERS, max_size=40), st.integers(0, len(GOOD)),
           st.integers(0, 20))
    def test_whatever_is_scribbled_is_read_or_named(self, text, place,
                                                    length):
        self.read_or_named(GOOD[:place] + text + GOOD[place + length:])

    def read_or_named(self, text):
        try:
            read = table.parse(text, 'f.yaml')
        except exc.ConfigurationError as error:
            self.assertIn('f.yaml', str(error))
            self.assertEqual('[ec2] accounts_file', error.option)
        else:
            self.assertLessEqual(
                {*read.projects.values(), read.default},
                {'default', *read.accounts})


class FileTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.path = pathlib.Path(place.name) / 'accounts.yaml'
        self.path.write_text(GOOD)
        self.occupied = False
        self.file = AccountsFile(str(self.path), lambda one: self.occupied)

    def refused(self, text, words):
        before = self.file.table()
        self.path.write_text(text)
        with self.assertLogs('nova_ec2.conf.watched', 'ERROR') as logs:
            self.assertIs(before, self.file.table())
        self.assertIn(words, logs.output[0])
        with self.assertNoLogs('nova_ec2.conf.watched'):
            self.assertIs(before, self.file.table())

    def test_it_is_read_again_when_it_changes(self):
        self.path.write_text('projects: {p3: default}')
        self.assertEqual({'p3': 'default'}, self.file.table().projects)

    def test_a_bad_one_is_not_taken_over(self):
        self.refused('accounts: 5', 'line 1: accounts: must be a mapping')
        self.path.unlink()
        with self.assertLogs('nova_ec2.conf.watched', 'ERROR'):
            self.assertIn('research', self.file.table().accounts)

    def test_an_account_with_servers_stays(self):
        self.occupied = True
        self.refused('projects: {}', 'still has servers')
        self.refused(GOOD.replace('011122223333', '999922223333'),
                     'is another AWS account')
        self.occupied = False
        self.path.write_text('default: default')
        self.assertEqual({}, self.file.table().accounts)

    def test_at_the_start_a_mistake_is_raised(self):
        for text in ('accounts: 5', None):
            self.path.write_text(text) if text else self.path.unlink()
            with self.assertRaisesRegex(exc.ConfigurationError,
                                        re.escape(str(self.path))):
                AccountsFile(str(self.path))


class SessionNameTest(unittest.TestCase):

    def test_one_project_is_named_whole(self):
        project = '3f2b1c0d9e8a47f6b5c4d3e2f1a0b9c8'
        self.assertEqual(f'{project}@example', session_name('example',
                                                            [project]))
        self.assertEqual('nova-ec2@example',
                         session_name('example', [project, 'other']))

    @settings(max_examples=50)
    @given(st.text(LETTERS, max_size=80),
           st.lists(st.text(LETTERS, max_size=80), max_size=2))
    def test_sts_takes_it(self, cloud, projects):
        self.assertRegex(session_name(cloud, projects),
                         r'\A[A-Za-z0-9_+=,.@-]{2,64}\Z')
