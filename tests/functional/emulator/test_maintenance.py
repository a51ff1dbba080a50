# SPDX-License-Identifier: Apache-2.0
"""DescribeInstanceStatus, after its page in the EC2 API Reference."""

from nova_ec2.emulator.client import ControlError
from tests.functional.emulator import base


class TestStatus(base.TestCase):

    def statuses(self, **asked):
        return self.ec2.describe_instance_status(**asked)['InstanceStatuses']

    def test_by_default_only_running_instances_are_described(self):
        runs, stopped = self.running(), self.running()
        self.ec2.stop_instances(InstanceIds=[stopped])
        self.step()
        self.assertEqual([runs], [one['InstanceId']
                                  for one in self.statuses()])
        self.assertEqual(
            {runs, stopped}, {one['InstanceId'] for one in
                              self.statuses(IncludeAllInstances=True)})

    def test_events_are_shown_and_filtered_by_code(self):
        one, other = self.running(), self.running()
        event = self.control.schedule(one, 'system-reboot', 'Old.', 3600)
        shown, = self.statuses(Filters=[
            {'Name': 'event.code', 'Values': ['system-reboot']}])
        self.assertEqual(one, shown['InstanceId'])
        found, = shown['Events']
        self.assertEqual((event, 'system-reboot', 'Old.'), tuple(
            found[key] for key in ('InstanceEventId', 'Code',
                                   'Description')))
        self.assertLess(found['NotBefore'], found['NotAfter'])
        self.assertEqual([], self.statuses(Filters=[
            {'Name': 'event.code', 'Values': ['instance-stop']}]))
        self.assertIn(other, [item['InstanceId']
                              for item in self.statuses()])

    def test_an_event_that_is_over_is_marked(self):
        instance_id = self.running()
        for word in ('Completed', 'Canceled'):
            event = self.control.schedule(instance_id, 'instance-stop', 'Old')
            self.control.settle(instance_id, event, word)
        shown, = self.statuses()
        self.assertEqual(['[Completed] Old', '[Canceled] Old'],
                         [event['Description'] for event in shown['Events']])

    def test_pages_have_from_5_to_1000_results(self):
        ids = {self.running() for _ in range(6)}
        first = self.ec2.describe_instance_status(MaxResults=5)
        rest = self.ec2.describe_instance_status(
            MaxResults=5, NextToken=first['NextToken'])
        self.assertNotIn('NextToken', rest)
        self.assertEqual(ids, {
            one['InstanceId'] for page in (first, rest)
            for one in page['InstanceStatuses']})

    def test_ids_and_max_results_exclude_each_other(self):
        self.assertRefused('InvalidParameterCombination', self.statuses,
                           InstanceIds=[self.running()], MaxResults=5)

    def test_an_unknown_filter_is_refused(self):
        self.assertRefused('InvalidParameterValue', self.statuses, Filters=[
            {'Name': 'colour', 'Values': ['red']}])

    def test_only_known_events_can_be_planned(self):
        instance_id = self.running()
        self.assertRaises(ControlError, self.control.schedule, instance_id,
                          'earthquake')
        self.assertRaises(ControlError, self.control.settle, instance_id,
                          'instance-event-0')
