# SPDX-License-Identifier: Apache-2.0
"""What all commands of ``nova-ec2`` have in common."""

import io
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from cliff import command

from nova_ec2 import exceptions
from nova_ec2.cmd import commands, main, openstack


class Broken(command.Command):
    """Fails."""

    def take_action(self, parsed_args):
        raise exceptions.ConfigurationError('is wrong', '[ec2] some_option')


class Fine(command.Command):
    """Shows an option."""

    def take_action(self, parsed_args):
        self.app.stdout.write(f'{self.app.conf.ec2.cloud_id}\n')


class MainTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        root = logging.getLogger()
        level, handlers = root.level, list(root.handlers)
        self.addCleanup(root.setLevel, level)
        self.addCleanup(lambda: root.handlers.__setitem__(
            slice(None), handlers))
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = pathlib.Path(directory.name)

    def run_(self, *words):
        self.out, self.err = io.StringIO(), io.StringIO()
        app = main.App(stdout=self.out, stderr=self.err)
        app.command_manager.add_command('be broken', Broken)
        app.command_manager.add_command('be fine', Fine)
        return app.run([*map(str, words)])

    def conf(self, name, text):
        path = self.place / name
        path.write_text(text)
        return path

    def test_every_command_is_there_and_says_what_it_does(self):
        manager = main.manager()
        for name in commands.COMMANDS:
            with self.subTest(name):
                found, said, rest = manager.find_command(name.split())
                self.assertTrue(issubclass(found, command.Command))
                self.assertEqual((name, []), (said, rest))
                self.assertGreater(len(found.__doc__), 20)
                self.assertEqual('nova_ec2.cmd', found.__module__[:12])

    def test_our_errors_are_one_line(self):
        self.assertEqual(1, self.run_('be', 'broken'))
        self.assertEqual('[ec2] some_option: is wrong\n',
                         self.err.getvalue())

    def test_debug_shows_where(self):
        self.assertEqual(1, self.run_('--debug', 'be', 'broken'))
        self.assertIn('Traceback', self.err.getvalue())
        self.assertIn('take_action', self.err.getvalue())

    def test_configuration_files_are_read_in_order(self):
        self.assertEqual(0, self.run_(
            '--config-file', self.conf('a.conf', '[ec2]\ncloud_id=one\n'),
            '--config-file', self.conf('b.conf', '[ec2]\ncloud_id=two\n'),
            'be', 'fine'))
        self.assertEqual('two\n', self.out.getvalue())

    def test_wrong_configuration_is_one_line(self):
        for path, said in (
                (self.place / 'nowhere.conf', 'nowhere.conf'),
                (self.conf('c.conf', '[ec2]\ncloud_id=a b\n'), 'cloud_id'),
                (self.conf('d.conf', 'what\n'), 'd.conf')):
            with self.subTest(said):
                self.assertEqual(1, self.run_('--config-file', path,
                                              'be', 'fine'))
                self.assertIn(said, self.err.getvalue())
                self.assertNotIn('Traceback', self.err.getvalue())

    def test_help_needs_no_configuration(self):
        for words in (('help',), ('help', 'prices', 'update')):
            self.assertEqual(0, self.run_(
                '--config-file', self.place / 'nowhere.conf', *words))
        self.assertIn('--region', self.out.getvalue())

    def test_an_unknown_command_is_told_of(self):
        self.assertEqual(2, self.run_('prices', 'guess'))
        self.assertIn('prices show', self.out.getvalue())


class ProgramTest(unittest.TestCase):
    """As a process of its own."""

    def run_(self, *words):
        return subprocess.run(
            [sys.executable, '-W', 'ignore', '-m', 'nova_ec2.cmd.main',
             '--config-file', '/dev/null', *words],
            capture_output=True, text=True, check=False)

    def test_prices_as_json(self):
        done = self.run_('prices', 'show', '--type', 'm5.large', '-f', 'json')
        self.assertEqual((0, ''), (done.returncode, done.stderr))
        (row,) = json.loads(done.stdout)
        self.assertEqual(('us-east-1', '0.096'),
                         (row['Region'], row['Amount']))

    def test_an_error(self):
        done = self.run_('prices', 'update')
        self.assertEqual((1, ''), (done.returncode, done.stdout))
        self.assertEqual('[ec2] price_file: is not set; name the file with '
                         '--output\n', done.stderr)


class OpenStackTest(unittest.TestCase):

    def test_no_cloud_is_named_as_the_matter(self):
        with mock.patch.dict('os.environ', {
                'HOME': '/nowhere', 'OS_CLIENT_CONFIG_FILE': '/nowhere'},
                clear=True), self.assertRaisesRegex(
                    exceptions.ConfigurationError, '^OS_CLOUD: no cloud'):
            openstack.connect()

    def test_an_unknown_cloud_is_named(self):
        with mock.patch.dict('os.environ', {
                'HOME': '/nowhere', 'OS_CLOUD': 'atlantis'},
                clear=True), self.assertRaisesRegex(
                    exceptions.ConfigurationError, 'atlantis'):
            openstack.connect()
