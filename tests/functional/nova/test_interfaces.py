# SPDX-License-Identifier: Apache-2.0
"""Interfaces that come to servers and go from them."""

from nova import objects

from tests.functional.nova import base


class InterfaceTestCase(base.NovaTestCase):
    """A server with one port on EC2, and what all three parties say."""

    EMULATOR = {'interface_seconds': 0.1}

    def setUp(self):
        super().setUp()
        # It has three interfaces at most.
        self.m5 = self.flavor(extra_specs={'ec2:instance_type': 'm5.large'})
        self.server = self.boot(flavorRef=self.m5)

    def attach(self, **wanted):
        """Attach an interface and return the port's id."""
        made = self.api.attach_interface(self.server['id'], {
            'interfaceAttachment': wanted}).body['interfaceAttachment']
        return made['port_id']

    def detach(self, port_id):
        """Ask for it, and see Nova's record of the port gone."""
        self.api.detach_interface(self.server['id'], port_id)
        self.wait_until(lambda: port_id not in self.known(),
                        'the port to go')

    def known(self):
        """Ids of the server's ports in Nova's copy."""
        return [vif['id'] for vif in
                self.record(self.server).get_network_info()]

    def nics(self):
        """The interfaces that EC2 has for the server, by device index."""
        return {nic['device_index']: nic for nic in
                self.instance_of(self.server)['interfaces']}

    def assert_agreed(self):
        """Nova, Neutron and EC2 name the same MACs and addresses."""
        record = self.record(self.server)
        ec2 = {(nic['mac_address'], nic['private_address'])
               for nic in self.nics().values()}
        self.assertEqual(ec2, {
            (port['mac_address'], port['fixed_ips'][0]['ip_address'])
            for port in self.neutron.ports_of(self.server['id'])})
        self.assertEqual(ec2, {
            (vif['address'], vif.fixed_ips()[0]['address'])
            for vif in record.get_network_info()})
        for port in self.neutron.ports_of(self.server['id']):
            self.assertEqual((base.HOST, 'other', 'ACTIVE'), (
                port['binding:host_id'], port['binding:vif_type'],
                port['status']))

    def interface_ids(self):
        """Every interface of the account."""
        return [one for account in self.control.resources()
                for one in account['interfaces']]


class AttachTest(InterfaceTestCase):

    def test_a_new_port_becomes_the_second_interface(self):
        port_id = self.attach()
        self.assertEqual([0, 1], list(self.nics()))
        self.assert_agreed()
        nic = self.nics()[1]
        self.assertEqual(
            (self.server['id'], base.CLOUD, base.HOST, port_id),
            tuple(nic['tags'][f'nova-ec2:{key}'] for key in
                  ('server', 'cloud', 'host', 'port')))
        self.assertIn(port_id, self.known())
        self.assertEqual([], self.bad_events())

    def bad_events(self):
        return [event for action in
                self.api.get_instance_actions(self.server['id'])
                for event in self.admin_api.api_get(
                    f'/servers/{self.server["id"]}/os-instance-actions/'
                    f'{action["request_id"]}').body[
                        'instanceAction']['events']
                if event['result'] != 'Success']

    def test_a_port_made_before_keeps_its_address(self):
        port = self.neutron.create_port()['port']
        self.assertEqual(port['id'], self.attach(port_id=port['id']))
        self.assertEqual(port['fixed_ips'][0]['ip_address'],
                         self.nics()[1]['private_address'])
        self.assert_agreed()
        self.detach(port['id'])
        kept = self.neutron.show_port(port['id'])['port']
        self.assertEqual(('', '', 'unbound'), (
            kept['device_id'], kept['binding:host_id'],
            kept['binding:vif_type']))
        self.assertEqual(port['fixed_ips'], kept['fixed_ips'])
        self.attach(port_id=port['id'])
        self.assert_agreed()

    def test_an_address_asked_for_is_the_interfaces(self):
        wanted = self.neutron._pool[40]
        self.attach(net_id=self.neutron.network_1['id'],
                    fixed_ips=[{'ip_address': wanted}])
        self.assertEqual(wanted, self.nics()[1]['private_address'])

    def test_a_tagged_port_is_attached(self):
        self.attach(net_id=self.neutron.network_1['id'], tag='backend')
        self.assertEqual([0, 1], list(self.nics()))
        self.assert_agreed()
        device, = objects.Instance.get_by_uuid(
            self.admin_context(), self.server['id'],
            expected_attrs=['device_metadata']).device_metadata.devices
        self.assertEqual((self.nics()[1]['mac_address'], ['backend']),
                         (device.mac, device.tags))

    def test_the_security_groups_are_the_hosts(self):
        subnet, = self.ec2.describe_subnets(
            SubnetIds=[self.subnet_id])['Subnets']
        group = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=subnet['VpcId'])['GroupId']
        self.flags(group='ec2', security_group_ids=[group])
        self.restart()
        self.attach()
        self.assertEqual([group], self.nics()[1]['group_ids'])

    def test_a_stopped_server_gets_one_and_keeps_both(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.attach()
        self.assert_agreed()
        before = self.nics()
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
        self.assertEqual(before, self.nics())
        self.assertEqual('running', self.instance_of(self.server)['state'])

    def test_the_interface_goes_with_the_server(self):
        self.attach()
        self.assertTrue(self.nics()[1]['delete_on_termination'])
        self.delete(self.server)
        self.assert_nothing_left()
        self.assertEqual([], self.neutron.ports_of(self.server['id']))

    def test_a_restart_leaves_several_interfaces_as_they_are(self):
        self.attach()
        before = self.nics()
        self.restart()
        self.sync_power()
        self.assertEqual(before, self.nics())
        self.assert_agreed()
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.until(self.server, 'ACTIVE')
        self.assertEqual(before, self.nics())


class DetachTest(InterfaceTestCase):

    def test_the_interface_is_gone_and_the_port_too(self):
        port_id = self.attach()
        self.detach(port_id)
        self.assertEqual([0], list(self.nics()))
        self.assertEqual(1, len(self.interface_ids()))
        port, = self.neutron.ports_of(self.server['id'])
        self.assertNotEqual(port_id, port['id'])
        self.assert_agreed()

    def test_one_that_came_with_the_launch(self):
        ports = [self.neutron.create_port()['port'] for _ in range(2)]
        self.delete(self.server)
        self.server = self.boot(networks=[{'port': port['id']}
                                          for port in ports])
        self.detach(ports[1]['id'])
        self.assertEqual([0], list(self.nics()))
        self.assertEqual(1, len(self.interface_ids()))
        self.assert_agreed()

    def test_of_a_stopped_server(self):
        port_id = self.attach()
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.detach(port_id)
        self.assertEqual([0], list(self.nics()))

    def test_the_middle_one_leaves_its_index_to_the_next(self):
        first, second = self.attach(), self.attach()
        self.detach(first)
        self.assertEqual([0, 2], list(self.nics()))
        self.attach()
        self.assertEqual([0, 1, 2], list(self.nics()))
        self.assert_agreed()
        self.assertIn(second, self.known())

    def test_one_that_was_detached_behind_novas_back(self):
        port_id = self.attach()
        nic = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[
            self.nics()[1]['interface_id']])['NetworkInterfaces'][0]
        self.ec2.detach_network_interface(
            AttachmentId=nic['Attachment']['AttachmentId'])
        self.detach(port_id)
        self.assertEqual(1, len(self.interface_ids()))

    def test_a_port_deleted_in_neutron_is_detached(self):
        port_id = self.attach()
        self.neutron.delete_port(port_id)
        self.admin_api.create_server_external_events([{
            'name': 'network-vif-deleted', 'tag': port_id,
            'server_uuid': self.server['id']}])
        self.wait_until(lambda: port_id not in self.known(),
                        'the port to go')
        self.assertEqual([0], list(self.nics()))
        self.assertEqual(1, len(self.interface_ids()))
