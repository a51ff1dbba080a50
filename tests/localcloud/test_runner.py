# SPDX-License-Identifier: Apache-2.0

import dataclasses
import socket
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from localcloud import (
    cache,
    cloud,
    errors,
    ports,
    process,
    runner,
    secretfile,
    state,
)
from localcloud.service import Service, Step


class Recorder(Step):
    """A step that writes down when it ran."""

    def __init__(self, here, name, needs=(), log=None, error=None):
        super().__init__(here)
        self.name = name
        self.needs = needs
        self._log = log
        self._error = error

    def run(self):
        if self._error:
            raise self._error
        self._log.append(self.name)


class Script(Service):
    """A service that is a few lines of Python."""

    timeout = 30.0

    def __init__(self, here, name, text):
        super().__init__(here)
        self.name = name
        self._text = text

    def command(self):
        return [sys.executable, '-c', self._text]

    def ready(self):
        log = self.cloud.log(self.name)
        return log.exists() and 'ready' in log.read_text()


class RunnerTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        home = Path(directory.name)
        self.cloud = cloud.Cloud(home=home / 'cloud', cache=home / 'cache',
                                 port_base=1024)
        self.cloud.home.mkdir()
        self.addCleanup(
            lambda: process.end(process.marked(self.cloud.home)))
        quiet = mock.patch('localcloud.progress.say')
        quiet.start()
        self.addCleanup(quiet.stop)

    def run_nodes(self, *nodes):
        runner.Runner(self.cloud).run(nodes)

    def test_each_runs_after_what_it_needs(self):
        log = []
        self.run_nodes(
            Recorder(self.cloud, 'roof', ('wall', 'door'), log),
            Recorder(self.cloud, 'door', ('wall',), log),
            Recorder(self.cloud, 'wall', (), log))
        self.assertEqual(['wall', 'door', 'roof'], log)

    def test_the_first_failure_ends_all(self):
        log = []
        with self.assertRaisesRegex(errors.CloudError, 'wall: .*crooked'):
            self.run_nodes(
                Recorder(self.cloud, 'roof', ('wall',), log),
                Recorder(self.cloud, 'wall', error=ValueError('crooked')))
        self.assertEqual([], log)

    def test_a_service_that_dies_is_named_with_its_last_words(self):
        with self.assertRaisesRegex(errors.ServiceDiedError,
                                    '(?s)oven ended with status 3.*no gas'):
            self.run_nodes(Script(self.cloud, 'oven',
                                  'import sys; print("no gas"); sys.exit(3)'))

    def test_a_service_that_never_gets_ready_is_given_up(self):
        service = Script(self.cloud, 'oven',
                         'import time; print("cold", flush=True)\n'
                         'time.sleep(60)')
        service.timeout = 1.0
        with self.assertRaisesRegex(errors.StartTimeoutError,
                                    '(?s)oven.*cold'):
            self.run_nodes(service)

    def test_a_running_service_is_listed_and_keeps_the_users_home_out(self):
        self.run_nodes(Script(
            self.cloud, 'oven',
            'import os, time\nprint(os.environ["HOME"], "ready", flush=True)'
            '\ntime.sleep(60)'))
        table = state.Table(self.cloud.home)
        self.assertEqual(['oven'], list(table.all()))
        self.assertEqual([], table.dead())
        self.assertTrue(self.cloud.log('oven').read_text().startswith(
            str(self.cloud.home)))


class FilesTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name)

    def test_secrets_are_for_their_owner_only(self):
        file = secretfile.write(self.path / 'deep' / 'secret', 'x')
        self.assertEqual(0o600, stat.S_IMODE(file.stat().st_mode))
        secretfile.write(file, 'y')
        self.assertEqual('y', file.read_text())
        self.assertEqual([file], list(file.parent.iterdir()))

    def test_passwords_are_new_each_time(self):
        first, second = (secretfile.make(cloud.PASSWORDS) for _ in range(2))
        self.assertEqual(len(cloud.PASSWORDS), len(set(first.values())))
        self.assertFalse(set(first.values()) & set(second.values()))

    def test_a_cache_entry_appears_whole_or_not_at_all(self):
        target = self.path / 'thing-2'
        (self.path / 'thing-1').mkdir()

        def fail(part):
            (part / 'half').touch()
            raise RuntimeError
        with self.assertRaises(RuntimeError):
            cache.fill(target, fail)
        self.assertFalse(target.exists())
        cache.fill(target, lambda part: (part / 'all').touch())
        self.assertEqual([target], list(self.path.iterdir()))
        self.assertEqual(['all'], [file.name for file in target.iterdir()])


class PortsTest(unittest.TestCase):

    def test_a_taken_port_is_named_with_its_service(self):
        with socket.socket() as other:
            other.bind(('127.0.0.1', 0))
            other.listen()
            taken = other.getsockname()[1]
            here = cloud.Cloud(home=Path('/nowhere'), cache=Path('/nowhere'),
                               port_base=taken)
            with self.assertRaisesRegex(
                    errors.PortTakenError,
                    f'{taken} .mariadb.*LOCALCLOUD_PORT_BASE'):
                ports.check_free(here)

    def test_a_senseless_base_is_refused(self):
        for text in ('80', '65530', 'many', '-1'):
            with self.subTest(text), mock.patch.dict(
                    'os.environ', LOCALCLOUD_PORT_BASE=text), \
                    self.assertRaisesRegex(errors.CloudError, text):
                cloud.load()

    def test_ports_follow_the_base(self):
        with mock.patch.dict('os.environ', LOCALCLOUD_PORT_BASE='30000'):
            here = cloud.load()
        self.assertEqual(
            list(range(30000, 30000 + len(cloud.PORT_NAMES))),
            [here.port(name) for name in cloud.PORT_NAMES])
        other = dataclasses.replace(here, port_base=40000)
        self.assertEqual('http://127.0.0.1:40004', other.url('keystone'))
