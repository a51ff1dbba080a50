# SPDX-License-Identifier: Apache-2.0
from nova_ec2.models import tags as tag_keys
from tests.neutron import base, managed


class NetworkTest(managed.ManagedTestCase):

    EMULATOR = {'vpc_seconds': 0.3}

    def test_a_network_makes_a_vpc(self):
        network = self.make()
        (vpc,) = self.vpcs().values()
        self.assertEqual(network['id'], self.tag(vpc, tag_keys.NETWORK))
        self.assertEqual('10.0.0.0/16', vpc['CidrBlock'])
        self.assertEqual('available', vpc['State'])
        shown = self.get('network', network)
        self.assertEqual('ec2', shown['provider:network_type'])
        self.assertIsNone(shown['provider:physical_network'])
        self.assertIsNone(shown['provider:segmentation_id'])

    def test_which_goes_with_it(self):
        network = self.make()
        self.remove('network', network)
        self.assertEqual({}, self.vpcs())

    def test_with_its_subnets_and_security_groups(self):
        network = self.make()
        subnet = self.subnet(network)
        vpc_id = self.vpcs()[network['id']]['VpcId']
        self.vpc_id, self.vpc_subnet = vpc_id, {
            'SubnetId': subnet['ec2:subnet_id']}
        port = self.make_port(network)
        self.to_ec2(port)
        self.assertNotEqual({}, self.mirrored())
        self.remove('port', port)
        self.remove('network', network)
        self.assertEqual({}, self.vpcs())
        self.assertEqual({}, self.mirrored())

    def test_an_external_one_makes_nothing(self):
        self.post('network', name='elastic', admin_state_up=True,
                  **{'provider:network_type': 'ec2',
                     'router:external': True})
        self.assertEqual({}, self.vpcs())

    def test_other_types_make_nothing(self):
        network = self.post('network', name='private', admin_state_up=True,
                            **{'provider:network_type': 'local'})
        self.remove('network', network)
        self.assertEqual({}, self.vpcs())
        self.assertEqual(set(), {
            call['action'] for call in self.control.calls()
            if 'Vpc' in call['action']} - {'DescribeVpcs'})


class RefusedTest(managed.ManagedTestCase):

    EMULATOR = {'vpcs_limit': 2}

    def nothing_is_there(self):
        self.assertEqual({}, self.vpcs())
        self.assertEqual([], self.ask('GET', '/networks')['networks'])

    def test_a_physical_network(self):
        error = self.post('network', 400, name='n', admin_state_up=True,
                          **{'provider:network_type': 'ec2',
                             'provider:physical_network': 'p'})
        self.assertIn('physical_network', error['message'])
        self.nothing_is_there()

    def test_a_quota_is_the_users_error_and_leaves_nothing(self):
        first = self.make()
        error = self.make(409)
        self.assertIn('VpcLimitExceeded', error['message'])
        self.assertEqual([first['id']], [
            one['id'] for one in self.ask('GET', '/networks')['networks']])
        self.assertEqual({first['id']}, self.vpcs().keys())

    def test_a_block_that_ec2_does_not_make(self):
        base.cfg.CONF.set_override('vpc_cidr', '10.0.0.0/8',
                                   group='ml2_ec2')
        self.addCleanup(base.cfg.CONF.clear_override, 'vpc_cidr',
                        group='ml2_ec2')
        error = self.make(400)
        self.assertIn('10.0.0.0/8', error['message'])
        self.nothing_is_there()

    def test_credentials_that_are_too_weak(self):
        self.control.fault('error', 'CreateVpc', status=403,
                           code='UnauthorizedOperation')
        error = self.make(503)
        self.assertIn('CreateVpc', error['message'])
        self.nothing_is_there()

    def test_a_network_becomes_external_never(self):
        network = self.make()
        error = self.put('network', network, 400,
                         **{'router:external': True})
        self.assertIn('external', error['message'])
        self.assertFalse(self.get('network', network)['router:external'])
