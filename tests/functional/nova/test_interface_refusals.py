# SPDX-License-Identifier: Apache-2.0
"""Interfaces that cannot come or go, and what is left when they fail."""

import threading

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase
from tests.functional.nova.test_interfaces import InterfaceTestCase

FAILURE = {'code': 'InvalidParameterValue', 'message': 'EC2 says no.',
           'status': 400, 'times': 0}


class RefusalTestCase(InterfaceTestCase):

    def setUp(self):
        super().setUp()
        self.before = self.nics()
        self.ports = len(self.neutron._ports)

    def refused(self, status, **wanted):
        """The words of an attachment that Nova's API refuses."""
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.attach, **wanted)
        self.assertEqual(status, error.response.status_code)
        return error.response.text

    def reason(self, action):
        """What our event of the server's last such action says."""
        request_id = next(
            one['request_id'] for one in
            self.api.get_instance_actions(self.server['id'])
            if one['action'] == action)

        def told():
            shown = self.admin_api.api_get(
                f'/servers/{self.server["id"]}/os-instance-actions/'
                f'{request_id}').body['instanceAction']
            return next((event['details'] for event in shown['events']
                         if event['event'] == f'ec2_{action}'), None)
        return self.wait_until(told, 'the event')

    def assert_as_before(self, ports=None):
        """Neither an interface nor a bound port is left; the server runs."""
        self.assertEqual(self.before, self.nics())
        self.assertEqual(len(self.before), len(self.interface_ids()))
        self.assertEqual(len(self.before), len(self.known()))
        self.assertEqual(ports or self.ports, len(self.neutron._ports))
        self.assert_agreed()
        self.until(self.server, 'ACTIVE')

    def assert_loose(self, port):
        """A port made before is as free as it was, with its address."""
        now = self.neutron.show_port(port['id'])['port']
        for key in ('device_id', 'binding:host_id', 'binding:vif_type',
                    'fixed_ips'):
            self.assertEqual(port[key], now[key], key)


class AttachRefusalTest(RefusalTestCase):

    def test_more_interfaces_than_the_type_has(self):
        for _ in range(2):
            self.attach()
        self.before, self.ports = self.nics(), self.ports + 2
        made = self.count('CreateNetworkInterface')
        words = self.refused(403)
        for word in ('m5.large', '3 network interfaces', 'at most 3',
                     'larger flavor'):
            self.assertIn(word, words)
        self.assertEqual(made, self.count('CreateNetworkInterface'))
        self.assert_as_before()

    def test_a_server_whose_instance_is_gone(self):
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.assertIn('no instance on EC2', self.refused(500))
        self.assertEqual(0, self.count('CreateNetworkInterface'))
        self.assertEqual(self.ports, len(self.neutron._ports))
        # Stopped once the sweep has seen it.
        self.assertIn(self.api.get_server(self.server['id'])['status'],
                      ('ACTIVE', 'SHUTOFF'))

    def test_a_port_with_more_addresses_than_the_type_gives(self):
        port = self.neutron.create_port({'port': {
            'fixed_ips': [{}] * 11}})['port']
        self.refused(500, port_id=port['id'])
        for word in ('m5.large', '11 IPv4 addresses', port['id'],
                     'larger flavor'):
            self.assertIn(word, self.reason('attach_interface'))
        self.assertEqual(0, self.count('CreateNetworkInterface'))
        self.assert_loose(port)
        self.assert_as_before(self.ports + 1)

    def test_an_address_that_ec2_gave_to_another(self):
        port = self.neutron.create_port()['port']
        address = port['fixed_ips'][0]['ip_address']
        self.ec2.create_network_interface(SubnetId=self.subnet_id,
                                          PrivateIpAddress=address)
        self.refused(500, port_id=port['id'])
        self.assertIn(address, self.reason('attach_interface'))
        self.assert_loose(port)
        self.assertEqual(self.before, self.nics())

    def test_the_same_port_twice(self):
        port_id = self.attach()
        self.before, self.ports = self.nics(), self.ports + 1
        self.refused(409, port_id=port_id)
        self.assert_as_before()

    def test_two_at_once_get_an_index_each(self):
        threads = [threading.Thread(target=self.attach) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(base.PATIENCE)
        self.assertEqual([0, 1, 2], list(self.nics()))
        self.assert_agreed()


class AttachFailureTest(RefusalTestCase):
    """It fails half-way: neither an interface nor a bound port is left."""

    def fail_at(self, action):
        self.control.fault('error', action, **FAILURE)
        port = self.neutron.create_port()['port']
        self.refused(500, port_id=port['id'])
        self.assertIn('EC2 says no.', self.reason('attach_interface'))
        self.assert_loose(port)
        self.assert_as_before(self.ports + 1)

    def test_when_it_is_made(self):
        self.fail_at('CreateNetworkInterface')

    def test_when_it_is_attached(self):
        self.fail_at('AttachNetworkInterface')

    def test_when_it_is_to_go_with_the_server(self):
        self.fail_at('ModifyNetworkInterfaceAttribute')

    def test_when_neutron_does_not_bind_the_port(self):
        self.neutron.unbindable.add(base.HOST)
        self.refused(500)
        self.assertIn('could not bind', self.reason('attach_interface'))
        self.neutron.unbindable.clear()
        self.assert_as_before()

    def test_when_the_interface_is_never_attached(self):
        self.flags(group='ec2', interface_timeout=1)
        self.restart()
        self.control.settings(interface_seconds=3600)
        self.refused(500)
        self.assertIn('seen last', self.reason('attach_interface'))
        self.control.advance(3600)
        self.control.settings(interface_seconds=0)
        self.restart()
        self.assert_as_before()


class LostReplyTest(RefusalTestCase):
    """The reply is lost: the verb has one effect all the same."""

    def lose(self, action, **rule):
        self.control.fault('reset_after', action, **rule)

    def test_of_the_creation(self):
        self.lose('CreateNetworkInterface')
        self.attach()
        self.assertEqual(2, self.count('CreateNetworkInterface'))
        self.assertEqual(2, len(self.interface_ids()))
        self.assert_agreed()

    def test_of_every_try_of_the_creation(self):
        self.lose('CreateNetworkInterface', times=0)
        self.refused(500)
        self.assert_as_before()

    def test_of_the_attachment(self):
        self.lose('AttachNetworkInterface')
        self.attach()
        self.assertEqual(1, self.count('AttachNetworkInterface'))
        self.assertEqual([0, 1], list(self.nics()))
        self.assert_agreed()

    def test_of_the_detachment_and_the_deletion(self):
        port_id = self.attach()
        self.lose('DetachNetworkInterface')
        self.lose('DeleteNetworkInterface')
        self.detach(port_id)
        self.assert_as_before()


class DetachRefusalTest(RefusalTestCase):

    def test_the_first_interface(self):
        port, = self.neutron.ports_of(self.server['id'])
        self.api.detach_interface(self.server['id'], port['id'])
        words = self.reason('detach_interface')
        for word in (port['id'], 'device index 0', 'cannot detach'):
            self.assertIn(word, words)
        self.assertEqual(0, self.count('DetachNetworkInterface'))
        self.assert_as_before()

    def test_a_port_that_is_not_attached(self):
        port = self.neutron.create_port()['port']
        self.api.detach_interface(self.server['id'], port['id'])
        self._wait_for_action_fail_completion(
            self.server, 'detach_interface', 'compute_detach_interface')
        self.assertEqual(0, self.count('DetachNetworkInterface'))
        self.assert_loose(port)
        self.assert_as_before(self.ports + 1)

    def test_what_ec2_refuses_can_be_tried_again(self):
        port_id = self.attach()
        both = self.nics()
        rule = self.control.fault('error', 'DetachNetworkInterface',
                                  **FAILURE)
        self.api.detach_interface(self.server['id'], port_id)
        self.assertIn('EC2 says no.', self.reason('detach_interface'))
        self.assertEqual(both, self.nics())
        self.assertIn(port_id, self.known())
        self.assert_agreed()
        self.control.clear_faults(rule)
        self.detach(port_id)
        self.assert_as_before()

    def test_an_instance_that_is_gone(self):
        port_id = self.attach()
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.api.detach_interface(self.server['id'], port_id)
        self.assertIn('could not be found', self.reason('detach_interface'))
        self.delete(self.server)
        self.assert_nothing_left()


class CrashTest(CrashTestCase, RefusalTestCase):
    """nova-compute dies at a call; the next one puts things right."""

    def attach_in_background(self):
        def attach():
            # Nobody answers: the API gives up some time later.
            try:
                self.attach()
            except Exception as error:
                self.error = error
        threading.Thread(target=attach, daemon=True).start()

    def die_in_attach(self, method, after=False):
        self.die_at(method, after)
        self.attach_in_background()
        self.come_back()
        self.assert_as_before()
        self.attach()
        self.assertEqual([0, 1], list(self.nics()))

    def test_before_it_is_made(self):
        self.die_in_attach('create_network_interface')

    def test_after_it_was_made(self):
        self.die_in_attach('create_network_interface', after=True)

    def test_after_it_was_attached(self):
        self.die_in_attach('attach_network_interface', after=True)

    def test_before_the_port_is_bound(self):
        self.die_in_attach('modify_network_interface_attribute', after=True)

    def die_in_detach(self, method, after=False):
        port_id = self.attach()
        self.die_at(method, after)
        self.api.detach_interface(self.server['id'], port_id)
        self.come_back()
        self.detach(port_id)
        self.assert_as_before()

    def test_before_it_is_detached(self):
        self.die_in_detach('detach_network_interface')

    def test_after_it_was_detached(self):
        self.die_in_detach('detach_network_interface', after=True)

    def test_after_it_was_deleted(self):
        self.die_in_detach('delete_network_interface', after=True)


class LooseInterfaceTest(RefusalTestCase):

    def make(self, **tags):
        """An interface that nobody has, with such tags."""
        made = self.ec2.create_network_interface(
            SubnetId=self.subnet_id, TagSpecifications=[{
                'ResourceType': 'network-interface', 'Tags': [
                    {'Key': f'nova-ec2:{key}', 'Value': value}
                    for key, value in tags.items()]}])[
                        'NetworkInterface']['NetworkInterfaceId']
        self.ec2.get_waiter('network_interface_available').wait(
            NetworkInterfaceIds=[made], WaiterConfig={'Delay': 1})
        return made

    def test_only_ours_are_removed(self):
        ours = {'cloud': base.CLOUD, 'host': base.HOST,
                'server': self.server['id'], 'port': 'p'}
        kept = [self.make(**ours | {'cloud': 'another'}),
                self.make(**ours | {'host': 'another'}),
                self.make(server=self.server['id'], port='p')]
        left = self.make(**ours)
        self.restart()
        self.assertNotIn(left, self.interface_ids())
        for one in kept:
            self.assertIn(one, self.interface_ids())

    def test_one_is_removed_later_once_it_was_loose_for_long(self):
        left = self.make(cloud=base.CLOUD, host=base.HOST,
                         server=self.server['id'])
        self.driver.get_num_instances()
        self.assertIn(left, self.interface_ids())
        loose = self.driver.compute.loose_interfaces
        loose._first_seen = {one: seen - 3600 for one, seen
                             in loose._first_seen.items()}
        self.driver.get_num_instances()
        self.assertNotIn(left, self.interface_ids())
        self.assertEqual(self.before, self.nics())
