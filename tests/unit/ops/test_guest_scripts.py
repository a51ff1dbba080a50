# SPDX-License-Identifier: Apache-2.0
"""The scripts, run by a real shell with tools that only take notes."""

import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from nova_ec2.ops import admin_password, guest_scripts

MOUNTS = r"""
259:1 /
259:1 /srv/bound
259:2 /boot/efi
259:3 /data
259:3 /data again
259:4 /var/lib/docker
259:5 /mnt/with space
 7:0  /various
"""
PATIENCE = 60


class ScriptTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)
        self.state = str(self.home / 'frozen')
        self.notes = self.home / 'notes'
        self.notes.touch()
        (self.home / 'mounts').write_text(MOUNTS.strip('\n') + '\n')
        self.tool('sync', 'echo sync')
        self.tool('findmnt', f'cat {self.home}/mounts', notes=False)
        self.tool('fsfreeze', 'echo "$@"; [ "$2" != "$REFUSES" ]')

    def tool(self, name, text, notes=True):
        path = self.home / name
        into = f' >> {self.notes}' if notes else ''
        path.write_text(f'#!/bin/sh\n{{ {text}; }}{into}\n')
        path.chmod(0o755)

    def run_script(self, text, refuses=''):
        path = f'{self.home}:{os.environ["PATH"]}'
        return subprocess.run(
            ['sh', '-c', text], env={'PATH': path, 'REFUSES': refuses},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
            check=False).returncode

    def noted(self):
        lines = self.notes.read_text().splitlines()
        self.notes.write_text('')
        return lines

    def freeze(self, seconds=3600, refuses=''):
        text = guest_scripts.freeze(self.state, seconds)
        # What waits to thaw must not outlive the test.
        self.addCleanup(lambda: pathlib.Path(
            f'{self.state}.mark').unlink(missing_ok=True))
        return self.run_script(text.replace(
            'sleep 3600', 'sleep 0.1; rm -f "$state.mark"')
            if seconds == 3600 else text, refuses)

    def test_data_freezes_once_and_the_agents_file_systems_never(self):
        self.assertEqual(0, self.freeze())
        self.assertEqual(['sync', '--freeze /data',
                          '--freeze /mnt/with space', '--freeze /various'],
                         self.noted())

    def test_what_was_frozen_thaws(self):
        self.freeze()
        self.noted()
        self.assertEqual(0, self.run_script(guest_scripts.thaw(self.state)))
        self.assertEqual(['--unfreeze /data', '--unfreeze /mnt/with space',
                          '--unfreeze /various'], self.noted())
        self.assertEqual(0, self.run_script(guest_scripts.thaw(self.state)))
        self.assertEqual([], self.noted())

    def test_one_that_refuses_thaws_the_others(self):
        self.assertNotEqual(0, self.freeze(refuses='/mnt/with space'))
        self.assertEqual(['sync', '--freeze /data',
                          '--freeze /mnt/with space', '--unfreeze /data'],
                         self.noted())

    def test_frozen_again_it_begins_anew(self):
        self.freeze()
        self.noted()
        self.assertEqual(0, self.freeze())
        self.assertEqual('--unfreeze /data', self.noted()[0])

    def test_nobody_thaws_it_and_it_thaws_by_itself(self):
        self.assertEqual(0, self.freeze(seconds=1))
        deadline = time.monotonic() + PATIENCE
        while '--unfreeze /various' not in self.notes.read_text():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_a_password_comes_to_chpasswd_whole(self):
        self.tool('chpasswd', 'echo "$@"; cat')
        crypted = admin_password.crypted('it\'s "$HOME" `x` %s \\n')
        self.assertRegex(crypted, r'^\$6\$rounds=[0-9]+\$[./0-9A-Za-z]{16}\$')
        self.assertEqual(0, self.run_script(
            guest_scripts.linux_password('root', crypted)))
        self.assertEqual(['-e', f'root:{crypted}'], self.noted())
