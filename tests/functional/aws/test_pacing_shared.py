# SPDX-License-Identifier: Apache-2.0
"""Several processes in one account, before an EC2 that throttles.

Each has a session, a caller and a pacer of its own, as each nova-compute has.
"""

import concurrent.futures
import dataclasses
import unittest

from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer, buckets
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from tests.functional.fixtures.emulator import Emulator

PROCESSES = 3
# Of EC2's limits, so that the test takes seconds.
TIMES = 5


def limits(action, *, bare=False):
    """EC2's limits as the emulator multiplies them."""
    def more(bucket):
        return bucket and buckets.Bucket(bucket.capacity * TIMES,
                                         bucket.refill * TIMES)
    found = buckets.limits(action, bare=bare)
    return dataclasses.replace(found, requests=more(found.requests),
                               resources=more(found.resources))


class SharedAccountTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.emulator = Emulator(throttling=True,
                                 throttling_multiplier=float(TIMES))
        self.emulator.setUp()
        self.addCleanup(self.emulator.cleanUp)

    def callers(self, share):
        settings = AwsSettings(
            region_name='us-east-1',
            endpoint_url=self.emulator.endpoint_url,
            access_key_id=self.emulator.access_key_id,
            secret_access_key=self.emulator.secret_access_key, attempts=1)
        return [Caller(Session(settings), pacer=Pacer(share, limits=limits))
                for _ in range(PROCESSES)]

    def launch(self, callers, each):
        """Launch from all at once; each launch must succeed."""
        def one(caller):
            caller.call('run_instances', ImageId=self.emulator.ami,
                        InstanceType='t3.micro', MinCount=1, MaxCount=1)
        with concurrent.futures.ThreadPoolExecutor(PROCESSES * 4) as pool:
            waiting = [pool.submit(one, caller)
                       for _ in range(each) for caller in callers]
            for future in waiting:
                future.result()
        self.assertEqual(PROCESSES * each, len(self.emulator.living()))
        for caller in callers:
            usage = caller.pacer.snapshot()['RunInstances']
            # Every try had its turn, and only throttled ones came again.
            self.assertEqual(each, usage.calls - usage.throttles)

    def test_processes_that_share_fairly_launch_all(self):
        self.launch(self.callers(1 / PROCESSES), 15)

    def test_processes_that_each_take_all_launch_all_the_same(self):
        self.launch(self.callers(1.0), 15)
