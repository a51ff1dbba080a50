# SPDX-License-Identifier: Apache-2.0
"""[ec2] port_groups = neutron: interfaces have their ports' own groups."""

import itertools

from nova.tests.functional.api import client
from oslo_utils import uuidutils

from tests.functional.nova import base
from tests.functional.nova.test_mapping import ED25519
from tests.functional.nova.zones import ZonesCase


class PortGroupsCase(ZonesCase):
    """A stand-in for Neutron's side makes the groups when a port tells it.

    :ivar mirrored: EC2's ids by VPC and Neutron's id
    """

    def _set_options(self):
        super()._set_options()
        self.flags(group='ec2', port_groups='neutron')

    def setUp(self):
        super().setUp()
        self.mirrored = {}
        self._numbers = itertools.count(1)
        self.neutron.before_update = self.mirror

    def mirror(self, port, wanted):
        """What ML2's mechanism driver does before it answers."""
        told = wanted.get('binding:profile', {}).get('ec2')
        if told and 'interface_id' not in told:
            for owner in self.owners(port):
                self.ensure(told['vpc_id'], owner)

    @staticmethod
    def owners(port):
        if not port['port_security_enabled']:
            return ['all']
        return port['security_groups'] or ['none']

    def ensure(self, vpc_id, owner):
        if (vpc_id, owner) in self.mirrored:
            return
        self.mirrored[vpc_id, owner] = self.ec2.create_security_group(
            GroupName=f'mirror-{next(self._numbers)}', VpcId=vpc_id,
            Description='of Neutron', TagSpecifications=[{
                'ResourceType': 'security-group', 'Tags': [
                    {'Key': 'nova-ec2:cloud', 'Value': base.CLOUD},
                    {'Key': 'nova-ec2:security-group',
                     'Value': owner}]}])['GroupId']

    def forget(self, vpc_id, owner):
        """Nobody uses a group for a while: Neutron's side deletes it."""
        group_id = self.mirrored.pop((vpc_id, owner))
        self.ec2.delete_security_group(GroupId=group_id)
        return group_id

    def expected(self, *owners, vpc_id=None):
        return sorted(self.mirrored[vpc_id or self.vpc_id, owner]
                      for owner in owners)

    def groups(self, server, index=0):
        return sorted(self.nics(server)[index]['group_ids'])

    @property
    def default(self):
        """Neutron's default group, which Nova's ports have."""
        return self.neutron.security_group['id']


class PortGroupsTest(PortGroupsCase):

    def test_taken_away_between_neutrons_answer_and_the_launch(self):
        told = []

        def late(port, wanted):
            place = wanted.get('binding:profile', {}).get('ec2')
            if place and 'interface_id' not in place:
                told.append(port['id'])
            if len(told) > 1:
                self.mirror(port, wanted)
        self.neutron.before_update = late
        server = self.boot()
        self.assertEqual(self.expected(self.default), self.groups(server))
        self.assertEqual(2, len(told))

    def test_of_a_port_that_nova_makes(self):
        server = self.boot()
        self.assertEqual(self.expected(self.default), self.groups(server))

    def test_of_several_ports_each_its_own(self):
        web, database = (uuidutils.generate_uuid() for _ in range(2))
        ports = [self.port_in(self.in_a, security_groups=groups)
                 for groups in ([web, database], [database])]
        server = self.boot(networks=[{'port': port['id']}
                                     for port in ports])
        self.assertEqual(self.expected(web, database), self.groups(server))
        self.assertEqual(self.expected(database), self.groups(server, 1))

    def test_of_ports_without_groups_and_without_port_security(self):
        ports = [self.port_in(self.in_a, security_groups=[]),
                 self.port_in(self.in_a, security_groups=[],
                              port_security_enabled=False)]
        server = self.boot(networks=[{'port': port['id']}
                                     for port in ports])
        self.assertEqual(self.expected('none'), self.groups(server))
        self.assertEqual(self.expected('all'), self.groups(server, 1))

    def test_with_a_config_drive(self):
        server = self.boot(config_drive=True)
        self.assertEqual(self.expected(self.default), self.groups(server))

    def test_of_one_attached_later(self):
        server = self.boot()
        port = self.port_in(self.in_a, security_groups=[])
        self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        self.assertEqual(self.expected('none'), self.groups(server, 1))

    def test_they_are_asked_for_once(self):
        self.boot()
        before = self.count('DescribeSecurityGroups')
        self.boot()
        self.assertEqual(before, self.count('DescribeSecurityGroups'))

    def test_the_same_again_after_a_new_launch(self):
        server = self.boot()
        self.api.post_keypair({'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        self.act(server, 'rebuild', {'imageRef': self.image,
                                     'key_name': 'mine'})
        self.until(server, 'ACTIVE')
        living, = self.emulator.living()
        self.assertEqual(self.expected(self.default),
                         living['interfaces'][0]['group_ids'])

    def test_unshelved(self):
        self.flags(shelved_offload_time=0)
        server = self.boot()
        self.act(server, 'shelve')
        self.until(server, 'SHELVED_OFFLOADED')
        old = self.forget(self.vpc_id, self.default)
        self.act(server, 'unshelve')
        self.until(server, 'ACTIVE')
        living, = self.emulator.living()
        self.assertNotIn(old, living['interfaces'][0]['group_ids'])
        self.assertEqual(self.expected(self.default),
                         living['interfaces'][0]['group_ids'])

    def test_without_a_port_it_is_the_option(self):
        group_id = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=self.vpc_id)['GroupId']
        self.flags(group='ec2', security_group_ids=[group_id])
        self.restart()
        server = self.boot(networks='none')
        self.assertEqual([group_id], self.groups(server))

    def test_where_neutron_says_nothing_of_subnets(self):
        for key in ('ec2:subnet_id', 'ec2:zone'):
            for subnet in self.neutron._subnets.values():
                subnet.pop(key, None)
        server = self.boot()
        self.assertEqual(self.expected(self.default), self.groups(server))


class GoneTest(PortGroupsCase):
    """A group that was remembered is gone, and another in its place."""

    def setUp(self):
        super().setUp()
        self.delete(self.boot())
        self.old = self.forget(self.vpc_id, self.default)

    def assert_new(self, server, index=0):
        self.assertEqual(self.expected(self.default),
                         self.groups(server, index))
        self.assertNotIn(self.old, self.groups(server, index))

    def test_a_launch_finds_the_new_one(self):
        self.assert_new(self.boot())

    def test_a_launch_with_a_config_drive_too(self):
        server = self.boot(config_drive=True)
        self.assert_new(server)
        self.delete(server)
        self.assert_nothing_left()

    def test_an_attachment_too(self):
        none = self.port_in(self.in_a, security_groups=[])
        server = self.boot(networks=[{'port': none['id']}])
        port = self.port_in(self.in_a)
        self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        self.assert_new(server, 1)


class RefusedTest(PortGroupsCase):

    def test_neutrons_side_makes_no_group(self):
        self.neutron.before_update = lambda port, wanted: None
        words = self.refused()
        for word in (self.default, self.vpc_id, 'mechanism_drivers'):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())

    def test_a_group_of_another_cloud_is_not_taken(self):
        self.neutron.before_update = lambda port, wanted: None
        self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=self.vpc_id,
            TagSpecifications=[{
                'ResourceType': 'security-group', 'Tags': [
                    {'Key': 'nova-ec2:cloud', 'Value': 'another'},
                    {'Key': 'nova-ec2:security-group',
                     'Value': self.default}]}])
        self.assertIn(self.default, self.refused())

    def test_it_is_gone_for_good(self):
        self.delete(self.boot())
        self.forget(self.vpc_id, self.default)
        self.neutron.before_update = lambda port, wanted: None
        before = len(self.launches())
        self.assertIn(self.default, self.refused())
        self.assertEqual(before + 1, len(self.launches()))
        self.assert_nothing_left()

    def test_of_an_attachment(self):
        server = self.boot()
        self.neutron.before_update = lambda port, wanted: None
        port = self.port_in(self.in_a, security_groups=[])
        self.assertRaises(
            client.OpenStackApiException, self.api.attach_interface,
            server['id'], {'interfaceAttachment': {'port_id': port['id']}})
        self.assertEqual({}, self.now(port)['binding:profile'])
        self.assertEqual([0], list(self.nics(server)))


class FixedGroupsTest(ZonesCase):
    """[ec2] port_groups = fixed: a VPC's groups are for no other VPC."""

    def test_a_port_of_another_vpc(self):
        group_id = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=self.vpc_id)['GroupId']
        self.flags(group='ec2', security_group_ids=[group_id])
        self.restart()
        vpc_id = self.ec2.create_vpc(CidrBlock='10.50.0.0/16')['Vpc']['VpcId']
        made = self.ec2.create_subnet(
            VpcId=vpc_id, CidrBlock='10.50.1.0/24',
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        network_id = self.neutron.add_network()
        self.neutron.put_on_ec2(self.neutron.add_subnet(
            '10.50.1.0/24', network_id), made, base.ZONE)
        words = self.refused(networks=[{'uuid': network_id}])
        for word in (group_id, vpc_id, 'port_groups'):
            self.assertIn(word, words)
