# SPDX-License-Identifier: Apache-2.0
"""Quiesce and unquiesce through the guest's agent.

Nova quiesces volume-backed servers around a snapshot. What it calls then is
called here over its own RPC.
"""

from nova import exception as nova_exc
from nova.compute import rpcapi

from tests.functional.nova import base


class QuiesceTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.rpc = rpcapi.ComputeAPI()

    def with_agent(self, **changes):
        server = self.boot(**changes)
        self.control.agent(self.instance_of(server)['instance_id'])
        return server

    def windows(self):
        image = self.glance.add(ec2_ami_id=self.control.images()['windows'])
        return self.with_agent(imageRef=image, flavorRef=self.flavor(disk=40))

    def quiesce(self, server):
        self.rpc.quiesce_instance(self.admin_context(), self.record(server))

    def unquiesce(self, server):
        before = len(self.control.commands())
        self.rpc.unquiesce_instance(self.admin_context(),
                                    self.record(server))
        return self.wait_until(lambda: self.control.commands()[before:],
                               'the command')

    def scripts(self):
        return ['\n'.join(one['parameters']['commands'])
                for one in self.control.commands()]

    def test_linux_freezes_and_thaws_its_file_systems(self):
        server = self.with_agent()
        self.quiesce(server)
        self.unquiesce(server)
        freeze, thaw = self.scripts()
        self.assertIn('fsfreeze --freeze', freeze)
        self.assertIn('fsfreeze --unfreeze', thaw)
        self.assertNotIn('fsfreeze --freeze', thaw)
        self.assertEqual({self.instance_of(server)['instance_id']},
                         {one['instance_id']
                          for one in self.control.commands()})
        self.until(server, 'ACTIVE')

    def test_windows_freezes_and_thaws_by_vss(self):
        server = self.windows()
        self.quiesce(server)
        self.unquiesce(server)
        self.assertEqual(
            [('AWSEC2-ManageVssIO', {'Action': ['Freeze']}),
             ('AWSEC2-ManageVssIO', {'Action': ['Thaw']})],
            [(one['document'], one['parameters'])
             for one in self.control.commands()])

    def test_without_an_agent_it_is_refused(self):
        server = self.boot()
        error = self.assertRaises(nova_exc.InstanceQuiesceNotSupported,
                                  self.quiesce, server)
        self.assertIn('SSM agent', error.format_message())
        self.assertEqual([], self.control.commands())
        self.until(server, 'ACTIVE')

    def test_a_guest_that_cannot_freeze_says_why(self):
        server = self.with_agent()
        self.control.outcome(status='Failed', code=1,
                             stderr='fsfreeze: /data: freeze failed')
        error = self.assertRaises(nova_exc.InstanceQuiesceFailed,
                                  self.quiesce, server)
        self.assertIn('/data', error.format_message())
        self.until(server, 'ACTIVE')

    def test_a_server_that_is_gone_is_refused(self):
        server = self.with_agent()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.assertRaises(nova_exc.InstanceNotFound, self.quiesce, server)

    def test_a_lost_reply_freezes_no_windows_twice(self):
        server = self.windows()
        self.control.fault('reset_after', 'SendCommand')
        self.assertRaises(nova_exc.InstanceQuiesceFailed, self.quiesce,
                          server)
        self.assertEqual(1, len(self.control.commands()))
