# SPDX-License-Identifier: Apache-2.0
import threading
import unittest

from nova_ec2.neutron.floating_ips_later import Later

PATIENCE = 120


class LaterTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.tried = []
        self.done = threading.Event()

    def make(self, tries, **options):
        """One that has to try so often."""
        def do(name):
            self.tried.append(name)
            if len(self.tried) < tries:
                later.add(name)
            else:
                self.done.set()
        later = Later(do, pause=0.01, **options)
        return later

    def test_a_thread_tries_until_there_is_nothing_left(self):
        later = self.make(3)
        later.add('one')
        self.assertTrue(self.done.wait(PATIENCE))
        self.assertEqual(['one'] * 3, self.tried)
        # And again, when the thread of before may have ended.
        self.done.clear()
        later.add('other')
        self.assertTrue(self.done.wait(PATIENCE))
        self.assertEqual('other', self.tried[-1])

    def test_what_takes_too_long_is_left_to_the_loop(self):
        later = self.make(3, patience=0)
        later.add('one')
        self.assertFalse(later.once())
        self.assertEqual([], self.tried)

    def test_what_fails_is_left_to_the_loop(self):
        later = Later(self.fail, pause=PATIENCE)
        later.add('one')
        with self.assertLogs('nova_ec2', 'ERROR'):
            self.assertFalse(later.once())
