# SPDX-License-Identifier: Apache-2.0
from nova_ec2.models import tags as tag_keys
from tests.neutron import base


class MixedNetworkTest(base.NeutronTestCase):
    """A network with a subnet on EC2 and one on the private side."""

    EXTENSIONS = ('port_security', 'ec2')

    def setUp(self):
        super().setUp()
        self.network, self.mapped = self.make_network()
        self.ec2.create_tags(
            Resources=[self.vpc_subnet['SubnetId']], Tags=[
                {'Key': tag_keys.CLOUD, 'Value': base.CLOUD},
                {'Key': tag_keys.SUBNET, 'Value': self.mapped['id']}])
        self.driver.mapped.all()

    def add_private(self):
        return self.post('subnet', network_id=self.network['id'],
                         ip_version=4, cidr='192.168.7.0/24',
                         enable_dhcp=False)

    def port(self, subnet, **attributes):
        return self.make_port(self.network, fixed_ips=[
            {'subnet_id': subnet['id']}], **attributes)

    def test_a_port_that_nova_made_is_moved_off_ec2(self):
        private = self.add_private()
        port = self.to_private(self.port(self.mapped))
        self.assertEqual([private['id']],
                         [one['subnet_id'] for one in port['fixed_ips']])

    def test_one_that_is_right_stays(self):
        private = self.add_private()
        port = self.port(private)
        self.assertEqual(port['fixed_ips'],
                         self.to_private(port)['fixed_ips'])

    def test_one_on_ec2_stays_there(self):
        self.add_private()
        port = self.port(self.mapped)
        self.assertEqual(port['fixed_ips'], self.launch(port)['fixed_ips'])

    def test_one_that_was_there_before_is_refused(self):
        self.add_private()
        port = self.port(self.mapped, device_id='', device_owner='')
        error = self.put(
            'port', port, 409, 'service', device_id='a-server',
            device_owner='compute:nova',
            **{'binding:host_id': base.PRIVATE_HOST})
        self.assertIn(base.PRIVATE_HOST, error['message'])
        self.assertEqual(port['fixed_ips'],
                         self.get('port', port)['fixed_ips'])

    def test_so_is_one_that_can_go_nowhere(self):
        port = self.port(self.mapped)
        self.put('port', port, 409, 'service',
                 **{'binding:host_id': base.PRIVATE_HOST})
