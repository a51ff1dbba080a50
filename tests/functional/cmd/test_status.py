# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 status``: a table, JSON, and a live view."""

import socket
import types
from unittest import mock

from nova_ec2.aws.pacing.lane import Usage
from nova_ec2.metrics.figures import Figures
from nova_ec2.metrics.server import MetricsServer
from nova_ec2.models.launch import Candidate
from tests.functional.cmd import base

ANSWERS = {
    '/resource_providers?required=!CUSTOM_EC2,!COMPUTE_STATUS_DISABLED': {
        'resource_providers': [{'uuid': 'a', 'name': 'one',
                                'generation': 3}]},
    '/resource_providers/a/inventories': {'inventories': {
        'VCPU': {'total': 8, 'reserved': 0, 'allocation_ratio': 2.0},
        'MEMORY_MB': {'total': 8192, 'reserved': 0,
                      'allocation_ratio': 1.0}}},
    '/resource_providers/a/usages': {'usages': {'VCPU': 12,
                                                'MEMORY_MB': 2048}}}


class Account:
    """A source of figures."""

    account = 'default'
    servers = quotas = staticmethod(tuple)

    @staticmethod
    def unavailable():
        return [Candidate('m5.large', 'us-east-1a', 'spot')]

    @staticmethod
    def usage():
        return {'RunInstances': Usage(7, 2, 1.5, 1, 2.0)}


class StatusTest(base.TestCase):

    def setUp(self):
        super().setUp()
        self.placement = mock.Mock()
        self.placement.get.side_effect = lambda path, microversion: (
            types.SimpleNamespace(raise_for_status=lambda: None,
                                  json=lambda: ANSWERS[path]))
        patch = mock.patch(
            'nova_ec2.cmd.openstack.connect',
            lambda: types.SimpleNamespace(placement=self.placement))
        patch.start()
        self.addCleanup(patch.stop)

    def launch(self, project, **more):
        """A server of this cloud."""
        client = self.emulator_client()
        client.run_instances(
            ImageId=self.control.images()['x86_64'], MinCount=1, MaxCount=1,
            InstanceType='m5.large', TagSpecifications=[{
                'ResourceType': 'instance', 'Tags': [
                    {'Key': f'nova-ec2:{key}', 'Value': value}
                    for key, value in (('cloud', 'test'), ('host', 'h'),
                                       ('server', f's-{project}'),
                                       ('project', project))]}], **more)

    def emulator_client(self):
        import boto3
        client = boto3.session.Session().client('ec2', **self.control.boto())
        self.addCleanup(client.close)
        return client

    def port(self):
        """``host:port`` of a nova-compute that shows figures."""
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        server = MetricsServer('127.0.0.1', port)
        server.begin(Figures('h1', lambda: [Account()]))
        self.addCleanup(server.stop)
        return f'127.0.0.1:{port}'

    def figures(self, *words):
        """Value and limit by area and name."""
        return {(row['Area'], row['Name']): (row['Value'], row['Of'])
                for row in self.succeeds('status', '-f', 'json',
                                         *words).json()}

    def test_it_shows_everything_as_json(self):
        self.control.settings(vcpu_limit=64)
        self.addCleanup(self.control.settings, vcpu_limit=0)
        self.launch('p1')
        self.launch('p2', InstanceMarketOptions={'MarketType': 'spot'})
        found = self.figures('--metrics', self.port())
        for key, value in {
                ('private', 'vcpus'): (12, 16),
                ('private', 'utilisation'): (75.0, 100),
                ('fleet', 'servers'): (2, None),
                ('fleet', 'type m5.large'): (2, None),
                ('fleet', 'market spot'): (1, None),
                ('fleet', 'project p1'): (1, None),
                ('quota', 'default: Standard, on-demand'): (2, 64),
                ('throttles', 'RunInstances'): (2.0, None),
                ('unavailable', 'm5.large us-east-1a spot'): (1.0, None),
                ('spend', 'rate'): (None, None)}.items():
            self.assertEqual(value, found[key], key)

    def test_what_cannot_be_read_is_told_in_its_place(self):
        self.placement.get.side_effect = ConnectionError('nobody there')
        with socket.socket() as closed:
            closed.bind(('127.0.0.1', 0))
            port = f'127.0.0.1:{closed.getsockname()[1]}'
            rows = self.succeeds('status', '-f', 'json', '--metrics',
                                 port).json()
        notes = {row['Area']: row['Note'] for row in rows
                 if row['Value'] is None}
        self.assertIn('nobody there', notes['private'])
        self.assertIn('[ec2_costs] connection', notes['spend'])
        self.assertTrue(notes['throttles'])
        self.assertIn(('fleet', 'servers'),
                      {(row['Area'], row['Name']) for row in rows})

    def test_the_live_view_has_a_table_an_area(self):
        self.launch('p1')
        shown = self.succeeds('status', '--watch', '--rounds', '2',
                              '--interval', '0.01').out
        for words in ('Private hosts', '12 / 16 vCPUs', 'On EC2',
                      'project p1', 'EC2 vCPU quotas', 'Spending'):
            self.assertIn(words, shown)
