# SPDX-License-Identifier: Apache-2.0

import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from localcloud import process, procfs, state

SLEEP = [sys.executable, '-c',
         'import time; print("up", flush=True); time.sleep(60)']


class ProcessTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = Path(directory.name)

    def start(self, command=SLEEP):
        child = process.start(
            command, log=self.home / 'log', cwd=self.home,
            environment={'PATH': os.environ['PATH'],
                         process.MARK: str(self.home)})
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        # Right after exec the kernel shows neither arguments nor variables.
        while 'up' not in (self.home / 'log').read_text():
            self.assertIsNone(child.poll())
        return child

    def test_finds_what_it_started_and_nothing_else(self):
        child = self.start()
        self.assertEqual([child.pid], [
            found.pid for found in process.marked(self.home)])
        self.assertEqual([], process.marked(self.home / 'other'))

    def test_finds_grandchildren_whose_parent_was_killed(self):
        script = ('import subprocess, sys\n'
                  f'child = subprocess.Popen({SLEEP!r}, '
                  'stdout=subprocess.PIPE)\n'
                  'child.stdout.readline()\n'
                  'print(child.pid, flush=True)\n'
                  'sys.stdin.read()')
        child = subprocess.Popen(
            [sys.executable, '-c', script], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            env={process.MARK: str(self.home)})
        grandchild = int(child.stdout.readline())
        child.kill()
        child.communicate()
        found = process.marked(self.home)
        self.assertEqual([grandchild], [one.pid for one in found])
        process.end(found)
        self.assertEqual([], process.marked(self.home))

    def test_ends_what_ignores_a_termination_signal(self):
        self.addCleanup(setattr, process, 'GRACE', process.GRACE)
        process.GRACE = 0.5
        child = self.start([
            sys.executable, '-c', (
                'import signal, time\n'
                'signal.signal(signal.SIGTERM, signal.SIG_IGN)\n'
                'print("up and deaf", flush=True)\ntime.sleep(60)')])
        process.end(process.marked(self.home))
        self.assertEqual(-9, child.wait(10))

    def test_a_password_on_a_command_line_is_seen(self):
        child = self.start([*SLEEP, '--password', 'hunter2'])
        self.assertEqual([child.pid],
                         process.telling(self.home, ['hunter2']))
        self.assertEqual([], process.telling(self.home, ['hunter3']))

    def test_a_recycled_pid_is_not_ours(self):
        child = self.start()
        real = process.identify(child.pid)
        other = process.Process(real.pid, real.started - 1)
        self.assertFalse(other.alive())
        process.end([other])
        self.assertIsNone(child.poll())

    def test_a_zombie_is_not_alive(self):
        child = self.start()
        identity = process.identify(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(identity.alive())

    def test_the_table_survives_and_a_broken_one_is_empty(self):
        child = self.start()
        identity = process.identify(child.pid)
        state.Table(self.home).add('sleeper', identity)
        table = state.Table(self.home)
        self.assertEqual({'sleeper': identity}, table.all())
        self.assertEqual([], table.dead())
        (self.home / 'state.json').write_text('{"sleeper": {"pi')
        self.assertEqual({}, state.Table(self.home).all())


class ListeningTest(unittest.TestCase):

    def listen(self, family, address):
        listener = socket.socket(family)
        self.addCleanup(listener.close)
        listener.bind((address, 0))
        listener.listen()
        return listener.getsockname()[1]

    def test_sees_addresses_as_they_are(self):
        local = self.listen(socket.AF_INET, '127.0.0.1')
        everywhere = self.listen(socket.AF_INET, '0.0.0.0')
        rows = procfs.listening([os.getpid()])
        self.assertIn((os.getpid(), '127.0.0.1', local), rows)
        self.assertIn((os.getpid(), '0.0.0.0', everywhere), rows)

    def test_reads_the_kernels_ipv6_addresses(self):
        # ::1 as /proc/net/tcp6 prints it on a little-endian machine.
        text = '00000000000000000000000001000000'
        if sys.byteorder == 'big':
            text = text[:-8] + '00000001'
        self.assertEqual('::1', procfs.address(text))

    def test_knows_loopback(self):
        for address in ('127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'):
            self.assertTrue(procfs.is_loopback(address), address)
        for address in ('0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1'):
            self.assertFalse(procfs.is_loopback(address), address)
