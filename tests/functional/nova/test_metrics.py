# SPDX-License-Identifier: Apache-2.0
"""What Prometheus reads of a nova-compute."""

import socket
import urllib.error
import urllib.request

from prometheus_client import parser

from tests.functional.nova import spending


class MetricsTest(spending.SpendingTestCase):

    BUDGETS = 'cloud: {month: 100000}\n'

    def setUp(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        super().setUp()
        # Nova would not wait for its end.
        self.addCleanup(self.compute.manager.cleanup_host)

    def start_ec2(self, *args, **kwargs):
        self.flags(group='ec2', metrics_port=self.port)
        return super().start_ec2(*args, **kwargs)

    def scraped(self, name):
        """Labels and value of each sample of a figure."""
        with urllib.request.urlopen(
                f'http://127.0.0.1:{self.port}/metrics', timeout=30) as page:
            text = page.read().decode()
        return [(sample.labels, sample.value)
                for family in parser.text_string_to_metric_families(text)
                for sample in family.samples if sample.name == name]

    def test_a_server_is_counted_priced_and_gone(self):
        server = self.boot()
        (labels, count), = self.scraped('nova_ec2_servers')
        self.assertEqual(1, count)
        for name, value in (('project_id', server['tenant_id']),
                            ('instance_type', 't3a.small'),
                            ('account', 'default'), ('state', 'running')):
            self.assertEqual(value, labels[name])
        rates = {labels['kind']: value for labels, value in
                 self.scraped('nova_ec2_spend_usd_per_hour')}
        self.assertAlmostEqual(0.0188, rates['instance'])
        (_, left), = self.scraped('nova_ec2_budget_left_usd')
        self.assertLess(left, 100000)
        self.delete(server)
        self.assertNotIn('running', [
            labels['state'] for labels, _ in
            self.scraped('nova_ec2_servers')])
        self.assertEqual([], [
            value for labels, value in
            self.scraped('nova_ec2_spend_usd_per_hour')
            if labels['kind'] == 'instance'])

    def test_the_port_is_closed_with_its_host(self):
        self.assertTrue(self.scraped('nova_ec2_budget_limit_usd'))
        for _ in range(2):
            self.compute.manager.cleanup_host()
        with self.assertRaises(urllib.error.URLError):
            self.scraped('nova_ec2_servers')
