# SPDX-License-Identifier: Apache-2.0

import unittest

from localcloud.demo import check, rows

HOST = 'ec2-us-east-1a'


def _row(**changes):
    return rows.Row(**{
        'uuid': 'u1', 'server': 'web', 'host': HOST, 'instance_id': 'i-1',
        'instance_type': 't3.small', 'addresses': ('10.0.0.5',),
        'macs': ('02:00:00:00:00:01',), 'state': 'ACTIVE', **changes})


def _instance(**changes):
    return {
        'instance_id': 'i-1', 'instance_type': 't3.small',
        'state': 'running', 'zone': 'us-east-1a',
        'tags': {'nova-ec2:server': 'u1', 'nova-ec2:host': HOST},
        'interfaces': [{'interface_id': 'eni-1',
                        'private_address': '10.0.0.5',
                        'mac_address': '02:00:00:00:00:01'}],
        'volumes': [{'volume_id': 'vol-1'}], **changes}


def _account(**changes):
    return {'volumes': ['vol-1'], 'interfaces': ['eni-1'], 'images': [],
            'snapshots': [], 'addresses': [], **changes}


class DifferencesTest(unittest.TestCase):

    def found(self, row=None, instances=None, account=None, amis=()):
        return check.differences(
            [row or _row()],
            [_instance()] if instances is None else instances,
            [account or _account()], amis)

    def test_agreement_has_none(self):
        self.assertEqual([], self.found())

    def test_each_column_is_compared(self):
        for change in ({'instance_id': 'i-2'}, {'instance_type': 'm5.large'},
                       {'addresses': ('10.0.0.6',)}, {'state': 'SHUTOFF'},
                       {'macs': ('02:00:00:00:00:02',)}):
            with self.subTest(change):
                self.assertEqual(1, len(self.found(_row(**change))))

    def test_a_stopped_server_is_a_stopped_instance(self):
        self.assertEqual([], self.found(
            _row(state='SHUTOFF'), [_instance(state='stopped')]))

    def test_a_server_without_an_instance_is_found(self):
        found = self.found(instances=[_instance(state='terminated')],
                           account=_account(volumes=[], interfaces=[]))
        self.assertEqual(
            ['web should have one instance, EC2 has 0'], found)

    def test_two_instances_of_one_server_are_found(self):
        twin = _instance(instance_id='i-2')
        self.assertEqual(['web should have one instance, EC2 has 2'],
                         self.found(instances=[_instance(), twin]))

    def test_an_instance_without_a_server_is_found(self):
        stray = _instance(instance_id='i-9', tags={})
        self.assertEqual(
            ['i-9 runs on EC2, but no server belongs to it'],
            self.found(instances=[_instance(), stray]))

    def test_a_private_server_must_have_no_instance(self):
        self.assertEqual(
            ['web is private, yet i-1 has its tag'],
            self.found(_row(host='private')))

    def test_an_unknown_host_is_found(self):
        self.assertEqual(["web is on the unknown host 'other'"],
                         self.found(_row(host='other')))

    def test_leaks_are_found(self):
        for kind in ('volumes', 'interfaces', 'addresses', 'images',
                     'snapshots'):
            with self.subTest(kind):
                account = _account()
                account[kind] = [*account[kind], 'x-9']
                self.assertEqual([f'x-9 ({kind}) belongs to nothing'],
                                 self.found(account=account))

    def test_what_glance_names_is_no_leak(self):
        account = _account(images=['ami-1'], snapshots=['snap-1'])
        self.assertEqual([], self.found(account=account, amis={'ami-1'}))
