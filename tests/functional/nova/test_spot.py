# SPDX-License-Identifier: Apache-2.0
"""Spot instances: launched, refused what they cannot do, taken back."""

from tests.functional.fixtures.crash import CrashAt
from tests.functional.nova import base

SPOT = {'ec2:market': 'spot'}


class SpotCase(base.NovaTestCase):

    REPLACEMENT = 'none'

    def _set_options(self):
        super()._set_options()
        self.flags(allow_resize_to_same_host=True)
        self.flags(group='ec2', spot_interval=0.05,
                   spot_replacement=self.REPLACEMENT)

    def spot(self, **specs):
        """A flavor for spot."""
        return self.flavor(extra_specs={**SPOT, **{
            f'ec2:{name}': value for name, value in specs.items()}})

    def living_of(self, server):
        """The instances that live for a server."""
        return [one for one in self.emulator.living()
                if one['tags'].get('nova-ec2:server') == server['id']]

    def actions(self, server, name):
        """Messages of a server's actions of one name, newest first."""
        return [one['message'] for one in
                self.api.get_instance_actions(server['id'])
                if one['action'] == name]

    def taken_back(self, server, notice=0.0):
        """EC2 takes the instance of a server back; its id."""
        instance, = self.living_of(server)
        self.control.interrupt(instance['instance_id'], notice)
        if not notice:
            # What Nova's minutely update of the host does.
            self.driver.compute.site.fleet.sweep()
        return instance['instance_id']


class LaunchTest(SpotCase):

    def test_the_flavor_decides_and_what_is_made_is_tagged(self):
        server = self.boot(flavorRef=self.spot())
        self.assertEqual('spot', self.instance_of(server)['market'])
        request, = self.ec2.describe_spot_instance_requests()[
            'SpotInstanceRequests']
        self.assertIn({'Key': 'nova-ec2:cloud', 'Value': base.CLOUD},
                      request['Tags'])
        plain = self.boot()
        self.assertEqual('on-demand', self.instance_of(plain)['market'])
        self.delete(server)

    def test_no_room_on_spot_is_on_demand_at_once_and_remembered(self):
        self.control.fault(
            'error', 'RunInstances', status=500,
            match={'InstanceMarketOptions.MarketType': 'spot'},
            code='InsufficientInstanceCapacity', message='No spot.')
        flavor = self.flavor(extra_specs={
            'ec2:market': 'spot,on-demand', 'ec2:instance_type': 't3.small'})
        for _ in range(2):
            server = self.boot(flavorRef=flavor)
            self.assertEqual('on-demand', self.instance_of(server)['market'])
        tried = ['InstanceMarketOptions.MarketType' in params
                 for params in self.launches()]
        self.assertEqual([True, False, False], tried)

    def test_a_used_up_spot_quota_leads_to_on_demand(self):
        self.control.settings(spot_vcpu_limit=2)
        flavor = self.flavor(extra_specs={'ec2:market': 'spot,on-demand'})
        markets = [self.instance_of(self.boot(flavorRef=flavor))['market']
                   for _ in range(2)]
        self.assertEqual(['spot', 'on-demand'], markets)
        message = self.refused(flavorRef=self.spot())
        for part in ('MaxSpotInstanceCountExceeded', 'L-34B43A08',
                     'limit of 2', '2 vCPUs'):
            self.assertIn(part, message)

    def test_what_spot_cannot_do_is_refused_and_the_server_goes_on(self):
        server = self.boot(flavorRef=self.spot())
        larger = self.flavor(memory_mb=8192, extra_specs=SPOT)
        for action, argument, name in (
                ('os-stop', None, 'stop'), ('shelve', None, 'shelve'),
                ('suspend', None, 'suspend'),
                ('resize', {'flavorRef': larger}, 'resize')):
            self.act(server, action, argument)
            details = self.wait_until(
                lambda name=name: self.failure(server, name), name)
            if name != 'suspend':
                self.assertIn('spot instance', details, name)
            self.until(server, 'ACTIVE')
        self.assertEqual('running', self.instance_of(server)['state'])
        self.assertEqual(0, self.count('StopInstances'))
        self.act(server, 'reboot', {'type': 'HARD'})
        self.wait_until(lambda: self.instance_of(server)['boots'] == 2,
                        'the reboot')
        self.until(server, 'ACTIVE')

    def failure(self, server, name):
        """What the newest action of a name says of its failure."""
        found = [one for one in self.admin_api.get_instance_actions(
            server['id']) if one['action'] == name]
        if not found or found[0]['message'] != 'Error':
            return None
        events = self.admin_api.api_get(
            f'/servers/{server["id"]}/os-instance-actions/'
            f'{found[0]["request_id"]}').body['instanceAction']['events']
        return ' '.join(event['details'] or '' for event in events)


class InterruptionTest(SpotCase):

    def test_the_user_reads_it_before_and_after(self):
        server = self.boot(flavorRef=self.spot())
        other = self.boot(flavorRef=self.spot())
        lost = self.taken_back(server, notice=120)
        message, = self.wait_until(
            lambda: self.actions(server, 'ec2-spot-interruption'), 'notice')
        self.assertIn(lost, message)
        self.assertIn('marked-for-termination', message)
        self.wait_until(lambda: [
            one for one in self.notifier.notifications if one.event_type
            == 'compute.instance.ec2_spot_interruption'], 'the notification')
        self.control.advance(120)
        seen = self.until(server, 'SHUTOFF')
        # CRASHED: it does not come back.
        self.assertEqual(6, seen['OS-EXT-STS:power_state'])
        self.assertEqual(2, len(self.actions(server,
                                             'ec2-spot-interruption')))
        self.assertEqual([], self.actions(other, 'ec2-spot-interruption'))
        self.until(other, 'ACTIVE')

    def test_without_spot_nobody_asks(self):
        self.boot()
        self.driver.compute.interruptions.look()
        self.assertEqual(0, self.count('DescribeSpotInstanceRequests'))


class ReplacementTest(SpotCase):

    REPLACEMENT = 'on-demand'

    def replaced(self, server, lost):
        """Wait for the replacement and return its instance."""
        self.wait_until(
            lambda: self.actions(server, 'ec2-spot-replacement'),
            'the replacement')
        self.until(server, 'ACTIVE')
        found, = self.living_of(server)
        self.assertNotEqual(lost, found['instance_id'])
        self.assertEqual('on-demand', found['market'])
        return found

    def test_it_keeps_port_address_and_volume(self):
        server = self.boot(flavorRef=self.spot(), user_data=b'#!/bin/sh\n')
        volume = self.cinder.add()
        self.api.post_server_volume(server['id'], {
            'volumeAttachment': {'volumeId': volume}})
        before = self.until_attached(server)
        lost = self.taken_back(server)
        after = self.replaced(server, lost)
        for key in ('private_address', 'user_data_bytes', 'image_id'):
            self.assertEqual(before[key], after[key], key)
        self.assertEqual(
            {one['volume_id'] for one in before['volumes']
             if not one['delete_on_termination']},
            {one['volume_id'] for one in after['volumes']
             if not one['delete_on_termination']})
        self.sync_power()
        self.until(server, 'ACTIVE')
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.delete(server)

    def until_attached(self, server):
        def attached():
            found, = self.living_of(server)
            return len(found['volumes']) == 2 and found
        return self.wait_until(attached, 'the volume')

    def test_a_crash_in_the_middle_makes_one_not_two(self):
        server = self.boot(flavorRef=self.spot())
        crash = self.useFixture(CrashAt('run_instances', after=True))
        lost = self.taken_back(server)
        self.assertTrue(crash.dead.wait(base.PATIENCE))
        crash.over()
        self.restart()
        self.replaced(server, lost)
        self.assertNotIn('ec2_lost_instance',
                         self.record(server).system_metadata)

    def test_what_happened_while_nobody_looked(self):
        server = self.boot(flavorRef=self.spot())
        self.compute.stop()
        instance, = self.living_of(server)
        lost = instance['instance_id']
        self.control.interrupt(lost, 0)
        self.until_state(lost, 'terminated')
        self.restart()
        self.replaced(server, lost)

    def test_no_room_for_it_is_an_error_that_says_why(self):
        server = self.boot(flavorRef=self.spot())
        self.control.no_capacity()
        self.taken_back(server)
        # It is ACTIVE before.
        self.wait_until(lambda: 'error' in self._state(server['id']),
                        'the failure')
        seen = self.until(server, 'ERROR')
        self.assertIn('InsufficientInstanceCapacity',
                      seen['fault']['message'])
        self.assertEqual([], self.living_of(server))
        self.control.clear_faults()
        self.act(server, 'rebuild', {'imageRef': self.image})
        self.until(server, 'ACTIVE')
