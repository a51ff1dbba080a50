# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 flavors sync`` through Nova's API, by openstacksdk."""

import pathlib
import tempfile
from unittest import mock

import openstack

from tests.functional.cmd import base as cmd
from tests.functional.nova import base

PROJECT = '6f70656e737461636b20342065766572'
HEADERS = {'X-Auth-User': 'admin', 'X-Auth-Project-Id': PROJECT,
           'X-Roles': 'reader,member,admin'}


class FlavorsTestCase(base.NovaTestCase):
    """nova-ec2 with Nova's API in this process behind openstacksdk."""

    START = False

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = pathlib.Path(directory.name)
        self.prices('0.096', '0.192')
        (self.place / 'nova.conf').write_text(f'''
            [ec2]
            region_name = us-east-1
            availability_zone = us-east-1a
            endpoint_url = {self.emulator.endpoint_url}
            access_key_id = {self.emulator.access_key_id}
            secret_access_key = {self.emulator.secret_access_key}
            price_file = {self.place / 'prices.csv'}
        '''.replace('            ', ''))

    def prices(self, large, xlarge):
        (self.place / 'prices.csv').write_text(
            'region,instance_type,usd_per_hour\n'
            f'us-east-1,m5.large,{large}\nus-east-1,m5.xlarge,{xlarge}\n'
            'us-east-1,m6g.large,0.077\n')

    def connect(self):
        cloud = openstack.connect(
            auth_type='admin_token', load_envvars=False,
            load_yaml_config=False, compute_default_microversion='2.61',
            auth={'endpoint': self.api_fixture.base_url, 'token': 'none'})
        cloud.session.additional_headers.update(HEADERS)
        return cloud

    def run_(self, *words):
        with mock.patch('nova_ec2.cmd.openstack.connect', self.connect):
            return cmd.run('--config-file', self.place / 'nova.conf',
                           'flavors', 'sync', *words)

    def sync(self, *words):
        """Actions by the flavors' names."""
        ran = self.run_('-f', 'json', *words)
        self.assertEqual(0, ran.code, ran.err)
        return {row['Flavor']: row['Action'] for row in ran.json()}

    def refused(self, *words):
        ran = self.run_(*words)
        self.assertEqual(1, ran.code, ran.out)
        return ran.err

    def flavors(self):
        """Nova's flavors of the usual prefix, by name."""
        return {one['name']: one for one in self.admin_api.api_get(
            '/flavors/detail?is_public=None').body['flavors']
            if one['name'].startswith('ec2.')}


class ServerTest(FlavorsTestCase):

    START = True

    def test_flavors_of_types_and_a_server_of_one(self):
        words = ('--type', 'm5.large', '--type', 'm6g.l*')
        planned = self.sync(*words, '--dry-run')
        self.assertEqual(
            {'ec2.m5.large': 'create', 'ec2.m6g.large': 'create'}, planned)
        self.assertEqual({}, self.flavors())
        self.assertEqual(planned, self.sync(*words))
        made = self.flavors()
        self.assertEqual({'ec2.m5.large', 'ec2.m6g.large'}, set(made))
        one = made['ec2.m5.large']
        self.assertEqual((2, 8192, 20, True), (
            one['vcpus'], one['ram'], one['disk'],
            one['os-flavor-access:is_public']))
        self.assertIn('0.096 USD an hour on demand in us-east-1',
                      one['description'])
        self.assertEqual({
            'ec2:instance_type': 'm5.large', 'ec2:burst': 'only',
            'trait:CUSTOM_EC2': 'required',
            'trait:CUSTOM_EC2_REGION_US_EAST_1': 'required',
            'trait:HW_ARCH_X86_64': 'required',
            'nova-ec2:sync': 'ec2.', 'nova-ec2:usd_per_hour': '0.096'},
            one['extra_specs'])
        self.assertIn('trait:HW_ARCH_AARCH64',
                      made['ec2.m6g.large']['extra_specs'])
        server = self.boot(flavorRef=one['id'])
        self.assertEqual('m5.large', self.instance_of(server)[
            'instance_type'])


class AgainTest(FlavorsTestCase):

    def test_again_it_changes_what_changed_and_nothing_else(self):
        both = ('--type', 'm5.large', '--type', 'm5.xlarge')
        self.sync(*both)
        self.assertEqual(
            {'ec2.m5.large': 'keep', 'ec2.m5.xlarge': 'keep'},
            self.sync(*both))
        before = self.flavors()
        self.prices('0.1', '0.192')
        self.assertEqual(
            {'ec2.m5.large': 'update', 'ec2.m5.xlarge': 'keep'},
            self.sync(*both))
        after = self.flavors()
        self.assertEqual(before['ec2.m5.large']['id'],
                         after['ec2.m5.large']['id'])
        self.assertIn(' 0.1 USD', after['ec2.m5.large']['description'])
        self.assertEqual('0.1', after['ec2.m5.large']['extra_specs'][
            'nova-ec2:usd_per_hour'])
        self.assertEqual({'ec2.m5.large': 'differs'},
                         self.sync('--type', 'm5.large', '--disk', '30'))
        self.assertEqual(after, self.flavors())

    def test_only_our_own_is_pruned_and_nothing_of_others_touched(self):
        foreign = self.flavor(name='ec2.m5.xlarge')
        self.sync('--type', 'm5.large', '--type', 'm6g.large')
        self.sync('--type', 'm6g.large', '--prefix', 'arm.')
        self.assertEqual({'ec2.m5.xlarge': 'not ours'},
                         self.sync('--type', 'm5.xlarge'))
        self.assertEqual(
            {'ec2.m5.large': 'keep', 'ec2.m6g.large': 'delete'},
            self.sync('--type', 'm5.large', '--prune', '--dry-run'))
        self.sync('--type', 'm5.large', '--prune')
        left = self.flavors()
        self.assertEqual({'ec2.m5.large', 'ec2.m5.xlarge'}, set(left))
        self.assertEqual(({}, None, foreign), (
            left['ec2.m5.xlarge']['extra_specs'],
            left['ec2.m5.xlarge']['description'],
            left['ec2.m5.xlarge']['id']))
        self.assertEqual({'arm.m6g.large': 'keep'}, self.sync(
            '--type', 'm6g.large', '--prefix', 'arm.'))

    def test_for_some_projects_alone_and_spot(self):
        words = ('--type', 'm5.large', '--market', 'spot', '--burst', '')
        self.sync(*words, '--project', 'p1')
        one = self.flavors()['ec2.m5.large']
        self.assertFalse(one['os-flavor-access:is_public'])
        self.assertEqual('spot', one['extra_specs']['ec2:market'])
        self.assertEqual('0.048', one['extra_specs'][
            'nova-ec2:usd_per_hour'])
        self.assertNotIn('ec2:burst', one['extra_specs'])
        self.sync(*words, '--project', 'p1', '--project', 'p2')
        access = self.admin_api.api_get(
            f'/flavors/{one["id"]}/os-flavor-access').body['flavor_access']
        self.assertEqual({'p1', 'p2'}, {each['tenant_id'] for each in access})
        self.assertEqual({'ec2.m5.large': 'differs'}, self.sync(*words))

    def test_names_with_prices_keep_their_id_and_their_projects(self):
        words = ('--type', 'm5.large', '--price-in-name', '--project', 'p1')
        self.sync(*words)
        (before,) = self.flavors().values()
        self.assertEqual('ec2.m5.large (0.096 USD/h)', before['name'])
        self.assertEqual({before['name']: 'keep'}, self.sync(*words))
        self.prices('0.1', '0.192')
        self.assertEqual({'ec2.m5.large (0.1 USD/h)': 'replace'},
                         self.sync(*words, '--project', 'p2', '--prune'))
        (after,) = self.flavors().values()
        self.assertEqual((before['id'], 'ec2.m5.large (0.1 USD/h)'),
                         (after['id'], after['name']))
        access = self.admin_api.api_get(
            f'/flavors/{after["id"]}/os-flavor-access').body['flavor_access']
        self.assertEqual({'p1', 'p2'}, {each['tenant_id'] for each in access})

    def test_a_run_that_ended_halfway_is_taken_up_again(self):
        with mock.patch('openstack.compute.v2._proxy.Proxy.'
                        'create_flavor_extra_specs', side_effect=SystemExit):
            self.run_('--type', 'm5.large')
        self.assertEqual({}, self.flavors()['ec2.m5.large']['extra_specs'])
        self.assertEqual({'ec2.m5.large': 'update'},
                         self.sync('--type', 'm5.large'))
        self.assertEqual('m5.large', self.flavors()['ec2.m5.large'][
            'extra_specs']['ec2:instance_type'])

    def test_nothing_is_made_where_something_is_wrong(self):
        for words, said in (
                (('--type', 'm5.large', '--type', 'm5.enormous'),
                 'EC2 offers no instance type m5.enormous here'),
                (('--type', 'm5.*'), 'no price for instance type'),
                (('--type', 'm5.large', '--burst', 'sometimes'),
                 '--burst: ')):
            self.assertIn(said, self.refused(*words))
        self.assertEqual({}, self.flavors())
