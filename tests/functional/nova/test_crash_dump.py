# SPDX-License-Identifier: Apache-2.0
"""trigger_crash_dump: an interrupt that arrives once, or a refusal."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base


class CrashDumpTest(base.NovaTestCase):

    def trigger(self, server, result='success'):
        self.act(server, 'trigger_crash_dump')
        return self._wait_for_instance_action_event(
            server, 'trigger_crash_dump', 'compute_trigger_crash_dump',
            event_result=result)

    def assert_untouched(self, server):
        self.until(server, 'ACTIVE')
        self.assertEqual(0, self.instance_of(server)['interrupts'])

    def test_the_guest_gets_one_interrupt_and_stays_active(self):
        server = self.boot()
        self.trigger(server)
        after = self.instance_of(server)
        self.assertEqual((1, 'running'),
                         (after['interrupts'], after['state']))
        self.until(server, 'ACTIVE')

    def test_a_type_without_it_is_refused(self):
        server = self.boot(flavorRef=self.flavor(
            extra_specs={'ec2:instance_type': 't2.small'}))
        event = self.trigger(server, 'error')
        self.assertIn('t2.small', event['details'])
        self.assert_untouched(server)

    def test_one_that_does_not_run_on_ec2_is_refused(self):
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('stop', instance_id)
        self.until_state(instance_id, 'stopped')
        event = self.trigger(server, 'error')
        self.assertIn('not running', event['details'])
        self.assertEqual(0, self.instance_of(server)['interrupts'])

    def test_one_that_is_gone_is_refused(self):
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        event = self.trigger(server, 'error')
        self.assertIn('could not be found', event['details'])

    def test_a_lost_reply_is_no_second_interrupt(self):
        server = self.boot()
        self.control.fault('reset_after', 'SendDiagnosticInterrupt')
        self.trigger(server, 'error')
        self.assertEqual(1, self.instance_of(server)['interrupts'])
        self.until(server, 'ACTIVE')

    def test_a_stopped_server_is_refused_by_the_api(self):
        server = self.boot()
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.act, server, 'trigger_crash_dump')
        self.assertEqual(409, error.response.status_code)
