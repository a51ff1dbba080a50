# SPDX-License-Identifier: Apache-2.0
"""When Nova's allocation read is left out, and when it is not."""

import ast
import importlib.util
import inspect
import pathlib
import tempfile
import unittest
from types import SimpleNamespace
from unittest import mock

import nova
from nova.scheduler.client import report

import nova_ec2
from nova_ec2.ops import placement_read

READ = 'get_allocations_for_provider_tree'


def _files(package):
    return pathlib.Path(inspect.getfile(package)).parent.rglob('*.py')


class InstallTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.conf = SimpleNamespace(
            ec2=SimpleNamespace(skip_allocation_read=True),
            pci=SimpleNamespace(report_in_placement=False))
        # Without a Keystone to speak to.
        self.client = object.__new__(report.SchedulerReportClient)
        self.client.state = 'shared'
        self.tracker = SimpleNamespace(reportclient=self.client)
        self.driver = SimpleNamespace(virtapi=SimpleNamespace(
            _compute=SimpleNamespace(rt=self.tracker,
                                     reportclient=self.client)))
        self.tracker.driver = self.driver

    def install(self):
        return placement_read.install(self.driver, self.conf)

    def assert_stays(self, reason):
        with self.assertLogs('nova_ec2.ops.placement_read',
                             'WARNING') as logs:
            self.assertFalse(self.install())
        self.assertEqual(1, len(logs.output))
        self.assertIn(reason, logs.output[0])
        self.assertIs(self.client, self.tracker.reportclient)

    def test_the_tracker_is_answered_with_nothing(self):
        with self.assertLogs('nova_ec2.ops.placement_read', 'INFO') as logs:
            self.assertTrue(self.install())
        self.assertEqual(1, len(logs.output))
        self.assertEqual({}, getattr(self.tracker.reportclient, READ)(
            None, 'node'))

    def test_everything_else_is_the_same_client(self):
        self.install()
        client = self.tracker.reportclient
        self.assertIsInstance(client, report.SchedulerReportClient)
        client.state = 'changed'
        self.assertEqual('changed', self.client.state)
        for name, method in inspect.getmembers(
                report.SchedulerReportClient, inspect.isfunction):
            if name != READ:
                found = getattr(client, name)
                self.assertIs(method, getattr(found, '__func__', found))

    def test_the_client_of_others_reads_on(self):
        self.install()
        others = self.driver.virtapi._compute.reportclient
        self.assertIs(report.SchedulerReportClient, type(others))
        self.assertIs(getattr(report.SchedulerReportClient, READ),
                      getattr(others, READ).__func__)

    def test_a_second_start_in_the_same_process(self):
        self.install()
        self.assertTrue(self.install())

    def test_the_operator_keeps_it(self):
        self.conf.ec2.skip_allocation_read = False
        self.assert_stays('[ec2] skip_allocation_read')

    def test_pci_devices_in_placement_need_it(self):
        self.conf.pci.report_in_placement = True
        self.assert_stays('[pci] report_in_placement')

    def test_nova_that_is_not_the_one_it_was_written_for(self):
        strange = {key: {'0' * 16} for key in placement_read.WRITTEN_FOR}
        with mock.patch.object(placement_read, 'WRITTEN_FOR', strange):
            self.assert_stays('ResourceTracker._update_to_placement')

    def test_the_tracker_of_another_driver(self):
        self.tracker.driver = SimpleNamespace()
        self.assert_stays('resource tracker')

    def test_no_tracker_to_be_found(self):
        self.driver.virtapi = SimpleNamespace()
        self.assert_stays('resource tracker')

    def test_a_client_of_another_kind(self):
        self.client = self.tracker.reportclient = mock.Mock()
        self.assert_stays('Mock')


class DigestTest(unittest.TestCase):

    def digest(self, body):
        """Of a function in a file of its own."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder, 'made_up.py')
        file.write_text(f'class A:\n{body}')
        spec = importlib.util.spec_from_file_location('made_up', file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return placement_read.digest(module, 'A.b')

    def test_comments_layout_and_docstrings_do_not_count(self):
        self.assertEqual(
            self.digest(' def b(self, c):\n  return [c, "1", 2]'),
            self.digest('    x = 1\n'
                        '    def b(self,  c):\n        """Say."""\n'
                        '        # why\n        return [c,\n'
                        '            # this one\n            "1",\n 2]\n'))

    def test_code_counts(self):
        known = self.digest(' def b(self, c):\n  return f(c, "1")')
        for other in (' def b(self, c):\n  return f(c, "2")',
                      ' def b(self, c):\n  return f(c,\n  "2")',
                      ' def b(self, c):\n  return g(c, "1")',
                      (' @staticmethod\n def b(self, c):\n'
                      '  return f(c, "1")'),
                      ' def b(self, d):\n  return f(d, "1")'):
            self.assertNotEqual(known, self.digest(other))

    def test_what_is_not_there_has_none(self):
        for source in (' pass', ' b = 1'):
            self.assertEqual('', self.digest(source))
        with mock.patch('inspect.getsource', side_effect=OSError):
            self.assertEqual('', placement_read.digest(
                report, f'SchedulerReportClient.{READ}'))

    def test_no_syntax_tree_is_made(self):
        # Python 3.11 fails where two threads make one at the same time.
        with mock.patch('ast.parse', side_effect=SystemError):
            self.test_the_installed_nova_is_known()

    def test_the_installed_nova_is_known(self):
        for (module, name), known in placement_read.WRITTEN_FOR.items():
            self.assertIn(placement_read.digest(module, name), known, name)


class AssumptionsTest(unittest.TestCase):
    """What has to be true for an empty answer to do no harm."""

    def test_nova_reads_it_in_one_place(self):
        root = pathlib.Path(inspect.getfile(nova)).parent
        callers = [
            str(path.relative_to(root)) for path in _files(nova)
            if 'tests' not in path.relative_to(root).parts
            and READ in (text := path.read_text())
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Attribute) and node.attr == READ]
        self.assertEqual(['compute/resource_tracker.py'], callers)

    def test_this_driver_does_not_reshape(self):
        for path in _files(nova_ec2):
            if path.name != 'placement_read.py':
                self.assertNotIn('ReshapeNeeded', path.read_text(), path)
