# SPDX-License-Identifier: Apache-2.0
"""The figures, their bound, their port, and CloudKitty's sample."""

import collections
import pathlib
import socket
import unittest
import urllib.request

import hypothesis
import yaml
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from nova_ec2 import exceptions as exc
from nova_ec2.aws.pacing.lane import Usage
from nova_ec2.fleet.quotas import Quota
from nova_ec2.metrics import bounded
from nova_ec2.metrics.figures import Figures
from nova_ec2.metrics.server import MetricsServer
from nova_ec2.models.launch import Candidate
from nova_ec2.models.server import Ownership, Server, ServerState

SAMPLE = (pathlib.Path(__file__).parents[3] / 'etc' / 'nova-ec2'
          / 'cloudkitty-metrics.yml')


def server(number, project='p1', market='spot'):
    return Server(f'i-{number}', ServerState.RUNNING, 't3.small', 'ami-1',
                  'us-east-1a', owner=Ownership('c', 'h', str(number),
                                                project), market=market)


class Account:
    """A source that says something of everything."""

    account = 'default'

    def servers(self):
        return [server(1), server(2), server(3, 'p2', 'on-demand')]

    def unavailable(self):
        return [Candidate('m5.large', 'us-east-1a', 'spot')]

    def usage(self):
        return {'RunInstances': Usage(7, 2, 1.5, 1, 2.0)}

    def quotas(self):
        return [Quota('L-1216C47A', 64, 6)]


class Broken(Account):

    def usage(self):
        raise ValueError('no')


class Ledger:

    def rates(self):
        return {('p1', 'instance'): 0.25}

    def budgets(self):
        return [('cloud', 'day', 10.0, 7.5)]


def samples(text):
    """Values by name and labels."""
    return {(one.name, frozenset(one.labels.items())): one.value
            for family in text_string_to_metric_families(text)
            for one in family.samples}


def shown(source, money=None):
    registry = CollectorRegistry()
    registry.register(Figures('h', lambda: [source], money))
    return samples(generate_latest(registry).decode())


def of(found, name, /, **labels):
    """The values of a figure whose labels hold these."""
    return [value for (called, have), value in found.items()
            if called == name and labels.items() <= set(have)]


class FiguresTest(unittest.TestCase):

    def test_what_is_shown(self):
        found = shown(Account(), Ledger())
        for name, labels, value in (
                ('nova_ec2_servers', {'project_id': 'p1', 'market': 'spot',
                                      'state': 'running'}, 2),
                ('nova_ec2_servers', {'project_id': 'p2'}, 1),
                ('nova_ec2_unavailable_offerings',
                 {'instance_type': 'm5.large'}, 1),
                ('nova_ec2_throttles_total', {'action': 'RunInstances'}, 2),
                ('nova_ec2_pacing_waited_seconds_total', {}, 1.5),
                ('nova_ec2_calls_waiting', {}, 1),
                ('nova_ec2_vcpu_quota', {'code': 'L-1216C47A'}, 64),
                ('nova_ec2_vcpu_used', {'name': 'Standard, on-demand'}, 6),
                ('nova_ec2_spend_usd_per_hour', {'project_id': 'p1'}, 0.25),
                ('nova_ec2_budget_left_usd', {'scope': 'cloud'}, 7.5)):
            with self.subTest(name, **labels):
                self.assertEqual([value], of(found, name, **labels))

    def test_what_cannot_be_had_is_left_out_alone(self):
        found = shown(Broken())
        self.assertEqual([], of(found, 'nova_ec2_throttles_total'))
        self.assertEqual([64], of(found, 'nova_ec2_vcpu_quota'))

    def test_without_a_ledger_nothing_is_said_of_money(self):
        names = {name for name, _ in shown(Account())}
        self.assertFalse([name for name in names if 'usd' in name])

    @hypothesis.settings(deadline=None)
    @hypothesis.given(st.lists(st.tuples(
        st.integers(0, 40).map(str), st.integers(0, 3).map(str))),
        st.integers(1, 20))
    def test_the_series_are_bounded_and_every_sum_stays(self, found, most):
        counts = bounded.counted(found, frozenset({1}), most)
        self.assertLessEqual(len(counts), most + 4)
        for place in ('0', '1', '2', '3'):
            self.assertEqual(
                collections.Counter(one for _, one in found)[place],
                sum(count for (_, kept), count in counts.items()
                    if kept == place))


class PortTest(unittest.TestCase):

    @staticmethod
    def free_port():
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            return probe.getsockname()[1]

    def test_it_is_scraped_and_closed(self):
        port = self.free_port()
        server = MetricsServer('127.0.0.1', port)
        server.begin(Figures('h', lambda: [Account()]))
        server.launched('ok', 12.0)
        with urllib.request.urlopen(
                f'http://127.0.0.1:{port}/metrics') as answer:
            found = samples(answer.read().decode())
        self.assertEqual([1], of(found, 'nova_ec2_launch_seconds_count',
                                 result='ok'))
        self.assertEqual(2, len(of(found, 'nova_ec2_servers')))
        server.stop()
        with self.assertRaises(OSError):
            socket.create_connection(('127.0.0.1', port), 1)

    def test_a_port_that_is_taken_is_named(self):
        with socket.socket() as other:
            other.bind(('127.0.0.1', 0))
            other.listen()
            port = other.getsockname()[1]
            server = MetricsServer('127.0.0.1', port)
            with self.assertRaisesRegex(exc.ConfigurationError,
                                        'metrics_port'):
                server.begin(Figures('h', list))


class CloudKittyTest(unittest.TestCase):
    """The sample is what CloudKitty's Prometheus collector takes."""

    METHODS = {'avg', 'count', 'max', 'min', 'stddev', 'stdvar', 'sum'}
    REQUIRED, OPTIONAL = {'unit'}, {
        'description', 'factor', 'offset', 'alt_name', 'groupby', 'metadata',
        'mutate', 'mutate_map', 'extra_args', 'skip_datapoints_expression'}
    ARGUMENTS = {'aggregation_method', 'query_function', 'range_function',
                 'query_prefix', 'query_suffix'}

    def setUp(self):
        super().setUp()
        self.metrics = yaml.safe_load(SAMPLE.read_text())['metrics']

    def test_it_has_the_collectors_form(self):
        self.assertTrue(self.metrics)
        for name, metric in self.metrics.items():
            with self.subTest(name):
                self.assertLessEqual(self.REQUIRED, set(metric))
                self.assertLessEqual(set(metric),
                                     self.REQUIRED | self.OPTIONAL)
                arguments = metric['extra_args']
                self.assertLessEqual(set(arguments), self.ARGUMENTS)
                self.assertIn(arguments['aggregation_method'], self.METHODS)
                self.assertIn('project_id', metric['groupby'])
                self.assertEqual(set(), set(metric['groupby'])
                                 & set(metric['metadata']))
                for words in (metric['unit'], metric['alt_name'],
                              *metric['groupby'], *metric['metadata']):
                    self.assertTrue(words)

    def test_what_it_names_is_exported_with_these_labels(self):
        found = shown(Account(), Ledger())
        for name, metric in self.metrics.items():
            labels = [{key for key, _ in have} for called, have in found
                      if called == name]
            self.assertTrue(labels, name)
            for have in labels:
                # Averaged over what is not grouped by: nothing may be left.
                self.assertEqual(
                    have, {*metric['groupby'], *metric['metadata']}, name)
