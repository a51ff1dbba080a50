# SPDX-License-Identifier: Apache-2.0
"""neutron-server is killed in mid-call: nothing is orphaned or doubled."""

from unittest import mock

import fixtures

from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import settling
from tests.neutron import base, managed


class HealTestCase(managed.ManagedTestCase):

    def networks(self):
        return {one['id'] for one in self.ask('GET', '/networks')['networks']}

    def subnets(self):
        return {one['id']: one for one
                in self.ask('GET', '/subnets')['subnets']}

    def whole(self):
        """Neutron and EC2 have the same, after two rounds."""
        self.rounds()
        self.assertEqual(self.networks(), self.vpcs().keys())
        four = {key: one for key, one in self.subnets().items()
                if one['ip_version'] == 4}
        lies = self.lies()
        self.assertEqual(four.keys(), lies.keys())
        for key, one in four.items():
            self.assertEqual(lies[key]['SubnetId'], one['ec2:subnet_id'])
        six = {one['cidr']: one['ec2:subnet_id']
               for one in self.subnets().values() if one['ip_version'] == 6}
        self.assertEqual(six, {
            block['Ipv6CidrBlock']: one['SubnetId'] for one in lies.values()
            for block in one['Ipv6CidrBlockAssociationSet']})

    def calls_change_nothing(self):
        before = len(self.control.calls())
        self.rounds()
        self.assertEqual([], [
            call['action'] for call in self.control.calls()[before:]
            if not call['action'].startswith('Describe')])


class KilledTest(HealTestCase):

    def each(self, method):
        """Before the call, and after it."""
        for after in (False, True):
            with self.subTest(method=method, after=after):
                yield self.dies_at(method, after)

    def test_while_a_vpc_is_made(self):
        for dies in self.each('create_vpc'):
            with dies:
                self.make()
            self.whole()
        self.assertEqual(2, len(self.networks()))

    def test_while_a_vpc_subnet_is_made(self):
        network = self.make()
        for number, dies in enumerate(self.each('create_subnet')):
            with dies:
                self.subnet(network, f'10.0.{number}.0/24')
            self.whole()
        self.assertEqual(2, len(self.subnets()))

    def test_while_the_vpc_gets_a_further_block(self):
        network = self.make()
        for number, dies in enumerate(self.each('associate_vpc_cidr_block')):
            with dies:
                self.subnet(network, f'10.7{number}.0.0/28')
            self.whole()
        self.assertEqual(
            {'10.0.0.0/16', '10.70.0.0/28', '10.71.0.0/28'},
            self.blocks(self.vpcs()[network['id']]['VpcId']))

    def test_while_an_ipv6_block_joins(self):
        network = self.make()
        for number, dies in enumerate(
                self.each('associate_subnet_cidr_block')):
            self.subnet(network, f'10.0.{number}.0/24')
            with dies:
                self.subnet(network, None, version=6)
            self.whole()
        self.assertEqual(4, len(self.subnets()))

    def test_while_a_vpc_subnet_is_deleted(self):
        network = self.make()
        for dies in self.each('delete_subnet'):
            subnet = self.subnet(network, '10.77.0.0/28')
            with dies:
                self.remove('subnet', subnet)
            self.whole()
        self.assertEqual({}, self.subnets())
        self.assertEqual({'10.0.0.0/16'}, self.blocks(
            self.vpcs()[network['id']]['VpcId']))

    def test_while_an_ipv6_block_goes(self):
        network = self.make()
        self.subnet(network)
        for dies in self.each('disassociate_subnet_cidr_block'):
            six = self.subnet(network, None, version=6)
            with dies:
                self.remove('subnet', six)
            self.whole()
        self.assertEqual(1, len(self.subnets()))

    def test_while_a_vpc_is_deleted(self):
        for dies in self.each('delete_vpc'):
            network = self.make()
            self.subnet(network)
            with dies:
                self.remove('network', network)
            self.whole()
        self.assertEqual(set(), self.networks())


class LostReplyTest(HealTestCase):
    """EC2 did it, and nobody was told."""

    def lost(self, action):
        self.control.fault('reset_after', action)

    def test_of_each_call(self):
        self.lost('CreateVpc')
        network = self.make()
        self.lost('CreateSubnet')
        self.subnet(network)
        self.lost('AssociateVpcCidrBlock')
        self.subnet(network, '10.77.0.0/28')
        self.lost('AssociateVpcCidrBlock')
        self.lost('AssociateSubnetCidrBlock')
        self.subnet(network, None, version=6)
        self.whole()
        self.assertEqual(3, len(self.subnets()))
        self.calls_change_nothing()

    def test_a_call_that_was_not_carried_out_is_the_users_error(self):
        self.useFixture(fixtures.MockPatchObject(
            settling, '_LOOKS_FOR', 0.1))
        self.control.fault('reset_before', 'CreateVpc')
        self.make(503)
        self.assertEqual(set(), self.networks())
        self.whole()

    def test_and_goes_where_it_was_carried_out_late(self):
        site = self.driver.sites.get()
        network = self.make()
        for _ in range(2):
            site.ec2.vpcs.create('10.0.0.0/16',
                                 site.tags(network=network['id']))
        self.subnet(network)
        self.whole()


class DriftTest(HealTestCase):

    def test_what_was_deleted_on_ec2_comes_back(self):
        network = self.make()
        subnet = self.subnet(network)
        vpc_id = self.vpcs()[network['id']]['VpcId']
        self.ec2.delete_subnet(SubnetId=subnet['ec2:subnet_id'])
        self.whole()
        self.assertNotEqual(
            subnet['ec2:subnet_id'],
            self.get('subnet', subnet)['ec2:subnet_id'])
        self.ec2.delete_subnet(
            SubnetId=self.get('subnet', subnet)['ec2:subnet_id'])
        self.ec2.delete_vpc(VpcId=vpc_id)
        self.whole()
        self.whole()

    def test_what_nothing_has_any_more_goes_in_the_second_round(self):
        network = self.make()
        subnet = self.subnet(network)
        with mock.patch.object(self.driver, 'delete_network_postcommit'), \
                mock.patch.object(self.driver, 'delete_subnet_postcommit'):
            self.remove('network', network)
        self.round()
        self.assertEqual({network['id']}, self.vpcs().keys())
        self.assertEqual({subnet['id']}, self.lies().keys())
        self.round()
        self.assertEqual({}, self.vpcs())
        self.assertEqual({}, self.lies())

    def test_what_is_in_use_stays_until_it_is_not(self):
        network = self.make()
        subnet = self.subnet(network)
        eni = self.ec2.create_network_interface(
            SubnetId=subnet['ec2:subnet_id'])['NetworkInterface']
        self.remove('network', network)
        self.assertEqual({subnet['id']}, self.lies().keys())
        self.rounds()
        self.assertEqual({network['id']}, self.vpcs().keys())
        self.ec2.delete_network_interface(
            NetworkInterfaceId=eni['NetworkInterfaceId'])
        self.whole()

    def test_a_round_without_a_difference_changes_nothing(self):
        network = self.make()
        self.subnet(network)
        self.subnet(network, None, version=6)
        self.calls_change_nothing()

    def test_our_tag_on_a_subnet_without_managed_is_no_reason(self):
        self.ec2.create_tags(
            Resources=[self.vpc_subnet['SubnetId'], self.vpc_id], Tags=[
                {'Key': tag_keys.CLOUD, 'Value': base.CLOUD},
                {'Key': tag_keys.NETWORK, 'Value': 'gone'},
                {'Key': tag_keys.SUBNET, 'Value': 'gone'}])
        self.calls_change_nothing()
