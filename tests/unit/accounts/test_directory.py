# SPDX-License-Identifier: Apache-2.0
"""Which account a project has, by whom it is said."""

import types
import unittest

from nova_ec2 import exceptions as exc
from nova_ec2.accounts import sources, table
from nova_ec2.accounts.directory import Directory
from nova_ec2.accounts.keystone import KeystoneSource
from nova_ec2.models.account import Account
from tests.unit.accounts.test_table import GOOD


class Keystone:
    """Answers for projects; None is a network that does not."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def get(self, path, **_):
        self.asked.append(path)
        status, body = self.answers[path.rpartition('/')[2]] or (None, None)
        if status is None:
            raise ConnectionError('nobody answers')
        return types.SimpleNamespace(status_code=status, json=lambda: body)


def project(**properties):
    return 200, {'project': {'id': 'p', **properties}}


class DirectoryTest(unittest.TestCase):

    def directory(self, names=('file',), unmapped='default', keystone=None,
                  text=GOOD, cache_time=300):
        read = table.parse(text, 'f')
        self.environment = sources.Environment(
            types.SimpleNamespace(ec2=types.SimpleNamespace(
                account_cache_time=cache_time)),
            lambda: read, lambda: keystone)
        return Directory(types.SimpleNamespace(table=lambda: read),
                         sources.load(names, self.environment),
                         Account('default'), unmapped)

    def test_the_file(self):
        found = self.directory()
        self.assertEqual(
            ['research', 'default', 'research'],
            [found.of_project(name).name for name in ('p1', 'p2', 'p3')])

    def test_others_are_refused_where_that_is_said(self):
        found = self.directory(unmapped='refuse')
        self.assertEqual('research', found.of_project('p1').name)
        with self.assertRaisesRegex(exc.AccountRefused, 'project p3'):
            found.of_project('p3')

    def test_the_first_that_answers_holds(self):
        keystone = Keystone(p1=project(ec2_account='default'),
                            p2=project(name='none'))
        found = self.directory(('keystone', 'file'), keystone=keystone)
        self.assertEqual('default', found.of_project('p1').name)
        self.assertEqual('default', found.of_project('p2').name)
        found.of_project('p1')
        self.assertEqual(['/projects/p1', '/projects/p2'], keystone.asked)
        found = self.directory(('file', 'keystone'), keystone=keystone)
        self.assertEqual('research', found.of_project('p1').name)

    def test_a_property_that_names_no_account_is_refused(self):
        found = self.directory(('keystone',), keystone=Keystone(
            p1=project(ec2_account='nobody')))
        with self.assertRaisesRegex(exc.AccountRefused, 'account nobody'):
            found.of_project('p1')

    def test_while_keystone_is_away_what_it_said_holds(self):
        keystone = Keystone(p1=project(ec2_account='research'), p2=None,
                            p3=(403, {}), p4=(404, {}))
        source = KeystoneSource(sources.Environment(
            types.SimpleNamespace(ec2=types.SimpleNamespace(
                account_cache_time=0)), table.AccountTable,
            lambda: keystone))
        self.assertEqual('research', source.account_of('p1'))
        keystone.answers['p1'] = None
        self.assertEqual('research', source.account_of('p1'))
        self.assertEqual('', source.account_of('p4'))
        for name, words in (('p2', 'nobody answers'), ('p3', 'HTTP 403')):
            with self.assertRaisesRegex(exc.AccountUnavailable, words):
                source.account_of(name)

    def test_a_source_that_is_not_installed(self):
        with self.assertRaisesRegex(exc.ConfigurationError, 'ldap'):
            self.directory(('file', 'ldap'))
