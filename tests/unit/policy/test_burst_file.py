# SPDX-License-Identifier: Apache-2.0
"""The file of policies: what it says, and what its mistakes get."""

import os
import pathlib
import types
import unittest

import fixtures

from nova_ec2 import exceptions
from nova_ec2.policy import burst, burst_file
from nova_ec2.policy.current import CurrentPolicies

ROOT = pathlib.Path(__file__).parents[3]


class ParseTest(unittest.TestCase):

    def test_the_shipped_example(self):
        found = burst_file.load(
            str(ROOT / 'etc' / 'nova-ec2' / 'policy-ec2.yaml.example'))
        self.assertEqual(burst.SPILL, found.default)
        self.assertIn(burst.NEVER, found.projects.values())

    def test_ids_that_look_like_numbers_stay_as_written(self):
        found = burst_file.parse('projects: {0123: never, 1e10: only}', 'f')
        self.assertEqual(['0123', '1e10'], list(found.projects))

    def test_little_is_a_file_too(self):
        for text in ('', '# nothing', 'projects:'):
            self.assertEqual(burst_file.Policies(),
                             burst_file.parse(text, 'f'))

    def test_mistakes_name_file_line_and_field(self):
        for text, words in (
                ('default: sometimes', 'f line 1: default: .*sometimes'),
                ('default: spill\nproject:\n  a: never',
                 'f line 3: project: is unknown'),
                ('projects:\n  a: never\n  b: above:80',
                 r'f line 3: projects\.b: .*above:80'),
                ('projects:\n  a: never\n  a: only',
                 'f line 3: projects.a: occurs a second time'),
                ('projects:\n  a: [never]', r'f line 2: projects\.a: must'),
                ('projects: never', 'f line 1: projects: must be a mapping'),
                ('- never', 'f line 1: the file: must be a mapping'),
                ('projects:\n  [1, 2]: never', 'f line 2: projects: has a k'),
                ('default: "spill', 'f line 1: '),
                ('default: spill\n\tprojects:', 'f line 2: '),
                ('default: \x07', 'f: ')):
            with self.subTest(text), self.assertRaisesRegex(
                    exceptions.ConfigurationError,
                    r'\[ec2_scheduler\] policy_file: ' + words):
                burst_file.parse(text, 'f')


class CurrentTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = fixtures.TempDir()
        directory.setUp()
        self.addCleanup(directory.cleanUp)
        self.path = pathlib.Path(directory.path, 'burst.yaml')
        self.log = fixtures.FakeLogger()
        self.log.setUp()
        self.addCleanup(self.log.cleanUp)
        self.write('default: prefer\nprojects: {a: never}')

    def write(self, text):
        """Replace it, as an editor does."""
        new = self.path.with_suffix('.new')
        new.write_text(text)
        os.replace(new, self.path)

    def current(self, **options):
        return CurrentPolicies(types.SimpleNamespace(
            ec2_scheduler=types.SimpleNamespace(**{
                'policy_file': str(self.path), 'default_policy': 'spill',
                **options})))

    def test_the_file_and_then_the_option(self):
        self.assertEqual('prefer', str(self.current().default()))
        for path in ('', None):
            there = self.current(policy_file=path)
            self.assertEqual('spill', str(there.default()))
            self.assertIsNone(there.of_project('a'))

    def test_a_change_is_read(self):
        current = self.current()
        self.assertEqual(burst.NEVER, current.of_project('a'))
        self.write('projects: {b: only}')
        self.assertIsNone(current.of_project('a'))
        self.assertEqual('only', str(current.of_project('b')))
        self.assertEqual('spill', str(current.default()))

    def test_a_bad_change_keeps_the_old_and_says_so_once(self):
        current = self.current()
        self.write('projects:\n  a: perhaps')
        for _ in range(3):
            self.assertEqual(burst.NEVER, current.of_project('a'))
        self.assertEqual(1, self.log.output.count('line 2: projects.a'))
        self.write('projects: {a: spill}')
        self.assertEqual(burst.SPILL, current.of_project('a'))

    def test_a_file_that_goes_keeps_the_old(self):
        current = self.current()
        self.path.unlink()
        self.assertEqual(burst.NEVER, current.of_project('a'))
        self.assertIn('cannot be read', self.log.output)

    def test_the_name_of_oslo_policys_file_is_refused(self):
        for name in ('policy.yaml', 'policy.json'):
            taken = self.path.with_name(name)
            taken.write_text('default: spill')
            with self.assertRaisesRegex(
                    exceptions.ConfigurationError,
                    f'{taken}: .* access rules; give it another'):
                self.current(policy_file=str(taken))

    def test_mistakes_at_the_start(self):
        for options, words in (
                ({'default_policy': 'above:800%'}, 'default_policy'),
                ({'policy_file': str(self.path) + '.not'}, 'cannot be read')):
            with self.assertRaisesRegex(exceptions.ConfigurationError, words):
                self.current(**options)
        self.path.write_bytes(b'\xff\xfe\xff')
        with self.assertRaisesRegex(exceptions.ConfigurationError, 'UTF-8'):
            self.current()
