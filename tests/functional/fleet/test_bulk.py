# SPDX-License-Identifier: Apache-2.0
"""One call for many, and yet one bad id does not fail its neighbours."""

from nova_ec2 import exceptions as exc
from nova_ec2.aws.gathering import Window
from nova_ec2.fleet.bulk import Bulk
from tests.functional.fleet import base

UNKNOWN = 'i-0123456789abcdef0'


class BulkTest(base.FleetTest):

    def setUp(self):
        super().setUp()
        self.ids = [one.instance_id for one in self.at_once(
            self.launcher.launch, *[self.request() for _ in range(4)])]

    def state(self):
        return {one['instance_id']: one['state']
                for one in self.control.instances()}

    def test_many_are_stopped_by_one_call(self):
        # It goes out when it is full, however slow this machine is.
        bulk = Bulk(self.ec2.instances, Window(idle=60, longest=60),
                    most=len(self.ids))
        self.at_once(bulk.stop, *self.ids)
        self.assertEqual(1, len(self.calls('StopInstances')))
        self.assertEqual({'stopping', 'stopped'} | set(self.state().values()),
                         {'stopping', 'stopped'})

    def test_an_unknown_id_fails_alone(self):
        told = self.at_once(self.bulk.terminate, *self.ids, UNKNOWN)
        self.assertEqual([None] * 4, told[:4])
        self.assertIsInstance(told[4], exc.NotFound)
        self.assertEqual([], self.emulator.living())

    def test_a_protected_instance_fails_alone(self):
        self.emulator.ec2.modify_instance_attribute(
            InstanceId=self.ids[1], DisableApiTermination={'Value': True})
        told = self.at_once(self.bulk.terminate, *self.ids)
        self.assertIsInstance(told.pop(1), exc.IncorrectState)
        self.assertEqual([None] * 3, told)
        self.assertEqual([self.ids[1]], [
            one['instance_id'] for one in self.emulator.living()])

    def test_an_instance_in_the_wrong_state_fails_alone(self):
        self.ec2.instances.terminate([self.ids[0]])
        told = self.at_once(self.bulk.stop, *self.ids)
        self.assertIsInstance(told[0], exc.NovaEC2Error)
        self.assertEqual([None] * 3, told[1:])
