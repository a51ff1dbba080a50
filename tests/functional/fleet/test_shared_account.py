# SPDX-License-Identifier: Apache-2.0
"""Several processes in one account and Region, under EC2's own limits."""

import json
import pathlib
import subprocess
import sys

from tests.functional.fleet import base

ROOT = pathlib.Path(__file__).parents[3]
PROCESSES = 3
SERVERS = 6


class SharedAccountTest(base.FleetTest):

    def setUp(self):
        super().setUp()
        self.control.settings(throttling=True)

    def run_members(self, share):
        """Run the processes side by side; what each reports."""
        members = [self.start(number, share) for number in range(PROCESSES)]
        return [json.loads(member.communicate(timeout=400)[0])
                for member in members]

    def start(self, number, share):
        member = subprocess.Popen(
            [sys.executable, '-m', 'tests.functional.fleet.member'],
            cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.addCleanup(member.kill)
        json.dump({
            'host': f'ec2-{number}', 'share': share, 'servers': SERVERS,
            'ami': self.emulator.ami, 'subnet': self.subnet.subnet_id,
            'aws': {'region_name': 'us-east-1',
                    'endpoint_url': self.emulator.endpoint_url,
                    'access_key_id': self.emulator.access_key_id,
                    'secret_access_key': self.emulator.secret_access_key},
        }, member.stdin)
        member.stdin.close()
        member.stdin = None
        return member

    def test_with_a_share_each_no_verb_fails_and_none_is_throttled(self):
        for told in self.run_members(1 / PROCESSES):
            self.assertEqual({'failed': [], 'throttles': 0}, told)
        self.assertEqual([], self.emulator.living())

    def test_with_shares_too_large_throttles_slow_down_and_nothing_fails(
            self):
        # On a slow machine EC2's limits alone might not be reached.
        self.control.fault('error', 'RunInstances', nth=3, times=5,
                           code='RequestLimitExceeded', status=503,
                           message='Request limit exceeded.')
        told = self.run_members(1.0)
        self.assertEqual([[]] * PROCESSES, [one['failed'] for one in told])
        self.assertGreater(sum(one['throttles'] for one in told), 0)
        self.assertEqual([], self.emulator.living())
