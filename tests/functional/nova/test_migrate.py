# SPDX-License-Identifier: Apache-2.0
"""Cold migration: to another EC2 host of the place, and nowhere else."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base

OTHER = 'ec2-other'


class MigrateCase(base.NovaTestCase):
    EC2_FIRST = True

    def _set_options(self):
        super()._set_options()
        self.flags(group='filter_scheduler', enabled_filters=[
            'ComputeFilter', 'EC2MoveFilter'], available_filters=[
            'nova.scheduler.filters.all_filters',
            'nova_ec2.scheduler.filters.EC2MoveFilter'])

    def now(self):
        return self.instance_of(self.server)

    def host(self):
        return self.admin_api.get_server(self.server['id'])[
            'OS-EXT-SRV-ATTR:host']

    def migrate(self, host=None):
        self.act(self.server, 'migrate', host and {'host': host},
                 api=self.admin_api)


class BetweenHostsTest(MigrateCase):

    def setUp(self):
        super().setUp()
        self.neutron.ec2_hosts.add(OTHER)
        self.server = self.boot()
        self.before = self.now()
        self.other = self.start_ec2(OTHER)

    def assert_is_of(self, compute):
        """Both ends agree, and so do both hosts' views."""
        self.assertEqual(compute.host, self.host())
        now = self.now()
        self.assertEqual(compute.host, now['tags']['nova-ec2:host'])
        for key in ('instance_id', 'private_address', 'instance_type',
                    'boots', 'state'):
            self.assertEqual(self.before[key], now[key])
        for one in (self.compute, self.other):
            driver = one.manager.driver
            driver.get_num_instances()
            self.assertEqual([self.server['id']] if one is compute else [],
                             driver.list_instance_uuids())
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(compute.host, port['binding:host_id'])
        self.assertEqual(now['interfaces'][0]['mac_address'],
                         port['mac_address'])

    def test_it_changes_hands_while_the_guest_runs(self):
        self.migrate()
        self.until(self.server, 'VERIFY_RESIZE')
        self.act(self.server, 'confirmResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        self.assert_is_of(self.other)
        self.assertEqual(0, self.count('StopInstances'))

    def test_a_revert_brings_it_back(self):
        self.migrate()
        self.until(self.server, 'VERIFY_RESIZE')
        self.act(self.server, 'revertResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        self.assert_is_of(self.compute)

    def test_the_new_host_serves_it_and_deletes_all_of_it(self):
        self.migrate()
        self.until(self.server, 'VERIFY_RESIZE')
        self.act(self.server, 'confirmResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.delete(self.server)
        self.assert_nothing_left()

    def test_the_old_host_leaves_it_alone_at_its_next_start(self):
        self.migrate()
        self.until(self.server, 'VERIFY_RESIZE')
        self.act(self.server, 'confirmResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        self.restart()
        self.assert_is_of(self.other)


    def test_one_that_is_gone_stays_where_it_was(self):
        self.ec2.terminate_instances(
            InstanceIds=[self.before['instance_id']])
        self.until_state(self.before['instance_id'], 'terminated')
        self.migrate()
        self._wait_for_action_fail_completion(
            self.server, 'migrate', 'compute_resize_instance')
        # Nova learns of the termination at the latest now, and shows it so.
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.assertEqual(base.HOST, self.host())

    def test_a_migration_meanwhile_is_refused(self):
        self.migrate()
        self.assertRaises(api_client.OpenStackApiException, self.migrate)
        self.until(self.server, 'VERIFY_RESIZE')
        self.assertRaises(api_client.OpenStackApiException, self.migrate)
        self.act(self.server, 'confirmResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        self.assert_is_of(self.other)

    def test_several_interfaces_and_a_volume_go_along(self):
        self.api.attach_interface(self.server['id'], {
            'interfaceAttachment': {'net_id': self.neutron.network_1['id']}})
        self.wait_until(lambda: len(self.now()['interfaces']) == 2,
                        'the interface')
        volume = self.cinder.add()
        self.api.post_server_volume(self.server['id'], {
            'volumeAttachment': {'volumeId': volume}})
        self.wait_until(lambda: len(self.now()['volumes']) == 2,
                        'the volume')
        self.before = self.now()
        self.migrate()
        self.until(self.server, 'VERIFY_RESIZE')
        self.act(self.server, 'confirmResize', api=self.admin_api)
        self.until(self.server, 'ACTIVE')
        now = self.now()
        for kind, name in (('interfaces', 'interface_id'),
                           ('volumes', 'volume_id')):
            self.assertEqual([one[name] for one in self.before[kind]],
                             [one[name] for one in now[kind]])
        for one in now['interfaces']:
            self.assertEqual(OTHER, one['tags']['nova-ec2:host'])
        self.delete(self.server)
        self.assertEqual('available',
                         self.cinder.described(volume)['State'])


class ElsewhereTest(MigrateCase):

    def refused(self, host=None):
        """No host is found, and the server stays what and where it is."""
        before = self.host()
        self.migrate(host)
        request = self.admin_api.get_instance_actions(
            self.server['id'])[0]['request_id']
        self.wait_until(lambda: self.result_of(request), 'the migration')
        self.assertEqual('Error', self.result_of(request))
        self.until(self.server, 'ACTIVE')
        self.assertEqual(before, self.host())

    def result_of(self, request):
        """How the conductor's part of an action ended."""
        events = self.admin_api.api_get(
            f'/servers/{self.server["id"]}/os-instance-actions/'
            f'{request}').body['instanceAction']['events']
        return ''.join(event['result'] or '' for event in events
                       if event['event'] == 'cold_migrate')

    def test_no_way_to_a_private_host(self):
        self.server = self.boot()
        self.start_private()
        self.refused()
        self.refused('private')
        self.assertEqual(1, self.now()['boots'])

    def test_no_way_from_a_private_host(self):
        self.start_private()
        self.server = self.boot(api=self.admin_api,
                                availability_zone='nova:private')
        self.assertEqual('private', self.host())
        self.refused()
        self.refused(base.HOST)
        self.assertEqual([], self.control.instances())

    def test_no_way_to_another_zone(self):
        self.server = self.boot()
        self.flags(group='ec2', availability_zone='us-east-1b')
        self.start_ec2('ec2-us-east-1b')
        self.refused()

    def test_no_way_to_where_it_is(self):
        self.server = self.boot()
        self.flags(allow_resize_to_same_host=True)
        self.refused()


class UnfilteredTest(base.NovaTestCase):
    """The driver itself refuses where the filter is not enabled."""

    def test_a_private_destination_leaves_the_server_as_it_is(self):
        server = self.boot()
        self.start_private()
        self.act(server, 'migrate', {'host': 'private'}, api=self.admin_api)
        self.wait_until(
            lambda: self.admin_api.get_server(server['id'])[
                'OS-EXT-STS:task_state'] is None, 'the end')
        self.until(server, 'ACTIVE')
        self.assertEqual('running', self.instance_of(server)['state'])
        self.assertEqual(1, self.instance_of(server)['boots'])
