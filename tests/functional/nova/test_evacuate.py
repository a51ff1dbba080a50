# SPDX-License-Identifier: Apache-2.0
"""evacuate: another host takes the server over, which runs on."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_migrate import OTHER


class EvacuateCase(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.neutron.ec2_hosts.add(OTHER)
        self.server = self.boot()
        self.before = self.instance_of(self.server)
        self.other = self.start_ec2(OTHER)
        self.down()

    def down(self):
        """The first host's nova-compute is gone."""
        self.compute.stop()
        self.compute.service_ref.forced_down = True
        self.compute.service_ref.save()

    def up(self):
        self.compute.service_ref.forced_down = False
        self.compute.service_ref.save()
        self.restart()

    def evacuate(self, status='ACTIVE', microversion='2.94'):
        """Ask for it; from 2.95 on Nova stops the server afterwards."""
        self.admin_api.microversion = microversion
        self.act(self.server, 'evacuate', {}, api=self.admin_api)
        self.admin_api.microversion = 'latest'
        self.wait_until(lambda: self.admin_api.get_server(
            self.server['id'])['OS-EXT-SRV-ATTR:host'] == OTHER
            or status == 'ERROR', 'the other host')
        return self.until(self.server, status)

    def now(self):
        return self.instance_of(self.server)


class EvacuateTest(EvacuateCase):

    def test_the_instance_runs_on_under_the_other_host(self):
        self.evacuate()
        now = self.now()
        self.assertEqual(OTHER, now['tags']['nova-ec2:host'])
        for key in ('instance_id', 'boots', 'private_address'):
            self.assertEqual(self.before[key], now[key])
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(OTHER, port['binding:host_id'])
        self.assertEqual(now['interfaces'][0]['mac_address'],
                         port['mac_address'])
        self.assertEqual([self.server['id']],
                         self.other.manager.driver.list_instance_uuids())

    def test_the_old_host_leaves_it_alone_when_it_is_back(self):
        self.evacuate()
        self.up()
        self.driver.get_num_instances()
        self.assertEqual([], self.driver.list_instance_uuids())
        self.assertEqual('running', self.now()['state'])
        self.assertEqual(1, len(self.control.instances()))

    def test_a_stopped_server_is_stopped_there(self):
        self.up()
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.down()
        self.evacuate('SHUTOFF')
        self.assertEqual('stopped', self.now()['state'])

    def test_one_that_ec2_no_longer_has_is_built_anew(self):
        self.ec2.terminate_instances(
            InstanceIds=[self.before['instance_id']])
        self.until_state(self.before['instance_id'], 'terminated')
        self.evacuate()
        living, = self.emulator.living()
        self.assertEqual(self.server['id'],
                         living['tags']['nova-ec2:server'])
        self.assertEqual(self.before['private_address'],
                         living['private_address'])
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(living['interfaces'][0]['mac_address'],
                         port['mac_address'])

    def test_it_is_stopped_where_the_api_says_so(self):
        self.evacuate('SHUTOFF', 'latest')
        self.assertEqual('stopped', self.now()['state'])
        self.assertEqual(OTHER, self.now()['tags']['nova-ec2:host'])

    def test_it_can_be_deleted_there(self):
        self.evacuate()
        self.delete(self.server)
        self.assert_nothing_left()


class BadInputTest(EvacuateCase):

    def test_the_host_is_up(self):
        self.up()
        refusal = self.assertRaises(
            api_client.OpenStackApiException, self.act, self.server,
            'evacuate', {}, api=self.admin_api)
        self.assertEqual(400, refusal.response.status_code)
        self.assertEqual(self.before['tags'], self.now()['tags'])

    def test_twice(self):
        self.evacuate()
        self.assertRaises(
            api_client.OpenStackApiException, self.act, self.server,
            'evacuate', {}, api=self.admin_api)
        self.assertEqual(OTHER, self.now()['tags']['nova-ec2:host'])

    def test_ec2_refuses_the_new_owner(self):
        """The server is where it was, and can be evacuated once more."""
        self.control.fault('error', 'CreateTags', status=400,
                           code='UnauthorizedOperation',
                           message='You are not authorized')
        self.act(self.server, 'evacuate', {}, api=self.admin_api)
        self._wait_for_action_fail_completion(
            self.server, 'evacuate', 'compute_rebuild_instance')
        shown = self.admin_api.get_server(self.server['id'])
        self.assertEqual(base.HOST, shown['OS-EXT-SRV-ATTR:host'])
        self.assertEqual('running', self.now()['state'])
        self.assertEqual(1, len(self.control.instances()))


class FromElsewhereTest(base.NovaTestCase):
    """No filter is enabled: the driver refuses what it cannot take over."""

    START = False

    def test_a_private_server(self):
        private = self.start_private()
        server = self.boot()
        private.stop()
        private.service_ref.forced_down = True
        private.service_ref.save()
        self.compute = self.start_ec2()
        self.act(server, 'evacuate', {}, api=self.admin_api)
        self._wait_for_action_fail_completion(
            server, 'evacuate', 'compute_rebuild_instance')
        self.assertEqual('private', self.admin_api.get_server(
            server['id'])['OS-EXT-SRV-ATTR:host'])
        self.assertEqual([], self.control.instances())
