# SPDX-License-Identifier: Apache-2.0
"""nova-ec2 rebalance: what is shown, and what --apply does."""

import argparse
import types
import unittest
from unittest import mock

import keystoneauth1.exceptions
import openstack.exceptions
from openstack.compute.v2.server import Server

from nova_ec2.cmd import homecoming, rebalance
from nova_ec2.policy import private_cloud

EC2, PRIVATE, PROJECT = 'ec2-us-east-1a', 'private', 'p1'


def server(name, **changes):
    """A server on EC2 that may be replaced, as Nova's API shows it."""
    return Server.new(**{
        'id': f'id-{name}', 'name': name, 'status': 'ACTIVE',
        'tenant_id': PROJECT, 'image': {'id': 'image'},
        'flavor': {'vcpus': 2, 'ram': 2048, 'disk': 20, 'ephemeral': 0,
                   'swap': 0, 'original_name': 'small', 'extra_specs': {}},
        'metadata': {'ec2_rebalance': 'replace'},
        'OS-EXT-SRV-ATTR:host': EC2, 'security_groups': [
            {'name': 'web'}, {'name': 'web'}], **changes})


def answer(body):
    return mock.Mock(json=lambda: body)


class Compute:
    """Nova, as far as it is asked; a new server goes to ``goes_to``."""

    goes_to, fails = PRIVATE, ''

    def __init__(self, servers):
        self.all = {one.id: one for one in servers}
        self.created = []

    def get(self, path):
        assert path == '/os-hypervisors/detail'
        return answer({'hypervisors': [
            {'hypervisor_type': kind, 'service': {'host': host}}
            for kind, host in (('ec2', EC2), ('QEMU', PRIVATE))]})

    def servers(self, all_projects):
        assert all_projects
        return list(self.all.values())

    def find_flavor(self, name, ignore_missing):
        return types.SimpleNamespace(id=f'flavor-{name}')

    def server_interfaces(self, server_id):
        return [types.SimpleNamespace(net_id='net')]

    def create_server(self, **wanted):
        self.created.append(wanted)
        made = server('new', id='new', **{
            'OS-EXT-SRV-ATTR:host': self.goes_to})
        self.all[made.id] = made
        return made

    def wait_for_server(self, made, status, failures, wait):
        if self.fails:
            raise openstack.exceptions.ResourceFailure(self.fails)
        return made

    def get_server(self, server_id):
        return self.all[server_id]

    def delete_server(self, server_id):
        del self.all[server_id]


class RebalanceTest(unittest.TestCase):

    def run_(self, *servers, used=2, image=1000, prepare=lambda cloud: None,
             **options):
        """Rows by server, and the cloud as it is then."""
        answers = {
            private_cloud.LIST: {'resource_providers': [
                {'uuid': 'u', 'name': PRIVATE, 'generation': 1}]},
            '/resource_providers/u/inventories': {'inventories': {
                kind: {'total': total, 'reserved': 0, 'allocation_ratio': 1}
                for kind, total in (('VCPU', 10), ('MEMORY_MB', 65536),
                                    ('DISK_GB', 100))}},
            '/resource_providers/u/usages': {'usages': {
                'VCPU': used, 'MEMORY_MB': 0, 'DISK_GB': 0}}}
        cloud = mock.Mock(compute=Compute(servers))
        cloud.placement.get = lambda path, microversion: answer(answers[path])
        cloud.connect_as_project.return_value = cloud
        cloud.image.find_image.return_value = (
            None if image is None else types.SimpleNamespace(size=image))
        prepare(cloud)
        command = rebalance.Rebalance(mock.Mock(), argparse.Namespace())
        asked = command.get_parser('rebalance').parse_args([])
        for name, value in options.items():
            setattr(asked, name, value)
        with mock.patch.object(rebalance.openstack, 'connect',
                               return_value=cloud):
            columns, rows = command.take_action(asked)
        self.assertEqual(rebalance.COLUMNS, columns)
        return {row[1]: (row[6], row[7]) for row in rows}, cloud

    def test_dry_it_changes_nothing(self):
        kept = server('kept', metadata={})
        stays = server('other', **{'OS-EXT-SRV-ATTR:host': PRIVATE})
        rows, cloud = self.run_(server('a'), server('b', status='SHUTOFF'),
                                kept, stays)
        # 70 % of ten vCPUs, two are taken: two servers of two.
        self.assertEqual(['b', 'a', 'kept'], list(rows))
        self.assertEqual((PRIVATE, 'would be built anew at home'), rows['b'])
        self.assertEqual('', rows['kept'][0])
        self.assertEqual(4, len(cloud.compute.all))

    def test_no_room(self):
        rows, _ = self.run_(server('a'), used=7)
        self.assertEqual(('', 'no room at home'), rows['a'])
        rows, _ = self.run_(server('a'), used=7, until=90)
        self.assertEqual(PRIVATE, rows['a'][0])

    def test_why_a_server_stays(self):
        floating = {'net': [{'addr': '1.2.3.4',
                             'OS-EXT-IPS:type': 'floating'}]}
        for words, changes in (
                ('it is ERROR', {'status': 'ERROR'}),
                ('its data is on EBS', {'metadata': {}}),
                ('EBS volumes', {'os-extended-volumes:volumes_attached':
                                 [{'id': 'v'}]}),
                ('floating IP', {'addresses': floating}),
                ('not built from an image', {'image': None})):
            rows, cloud = self.run_(server('a', **changes), apply=True)
            self.assertIn(words, rows['a'][1])
            self.assertEqual([], cloud.compute.created)
        for words, image in (('is gone', None), ('an AMI only', 0)):
            self.assertIn(words, self.run_(server('a'), image=image)[0][
                'a'][1])

    def test_apply_builds_anew_and_then_deletes(self):
        rows, cloud = self.run_(server('a', key_name='mine',
                                       **{'OS-EXT-SRV-ATTR:user_data': 'eA'}),
                                apply=True)
        self.assertIn('built anew as new on private', rows['a'][1])
        self.assertEqual(['new'], list(cloud.compute.all))
        cloud.connect_as_project.assert_called_once_with({'id': PROJECT})
        self.assertEqual([{
            'name': 'a', 'image_id': 'image', 'flavor_id': 'flavor-small',
            'networks': [{'uuid': 'net'}], 'key_name': 'mine',
            'user_data': 'eA', 'security_groups': [{'name': 'web'}],
            'metadata': {'ec2_rebalance': 'replace'},
            'scheduler_hints': {'ec2_burst': 'never'}}],
            cloud.compute.created)

    def test_what_fails_leaves_the_old_one(self):
        def at_ec2(cloud):
            cloud.compute.goes_to = EC2

        def fails(cloud):
            cloud.compute.fails = 'No valid host'

        def no_role(cloud):
            cloud.connect_as_project.side_effect = (
                keystoneauth1.exceptions.Unauthorized())

        for prepare, words in ((at_ec2, 'EC2BurstFilter is not enabled'),
                               (fails, 'No valid host'),
                               (no_role, f'no role in project {PROJECT}')):
            rows, cloud = self.run_(server('a'), prepare=prepare, apply=True)
            self.assertIn(words, rows['a'][1])
            self.assertEqual(['id-a'], list(cloud.compute.all))

    def test_only_one_project(self):
        rows, _ = self.run_(server('a'), server('b', tenant_id='p2'),
                            project='p2')
        self.assertEqual(['b'], list(rows))

    def test_the_mark_is_as_documented(self):
        self.assertEqual('ec2_rebalance', homecoming.MARK)
