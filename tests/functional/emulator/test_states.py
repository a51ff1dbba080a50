# SPDX-License-Identifier: Apache-2.0
"""Amazon EC2 instance state changes."""

from tests.functional.emulator import base


class TestStates(base.TestCase):
    """What RunInstances, Start, Stop, Reboot and Terminate do to a state."""

    def test_a_launched_instance_is_pending_then_running(self):
        (made,) = self.run_instances()
        self.assertEqual({'Code': 0, 'Name': 'pending'}, made['State'])
        self.assertEqual('pending', self.state(made['InstanceId']))
        self.step()
        shown = self.describe(made['InstanceId'])
        self.assertEqual({'Code': 16, 'Name': 'running'}, shown['State'])
        self.assertNotIn('StateReason', shown)

    def test_a_stopped_instance_is_stopping_then_stopped(self):
        instance_id = self.running()
        (change,) = self.ec2.stop_instances(
            InstanceIds=[instance_id])['StoppingInstances']
        self.assertEqual('running', change['PreviousState']['Name'])
        self.assertEqual('stopping', change['CurrentState']['Name'])
        self.assertEqual('stopping', self.state(instance_id))
        self.step()
        shown = self.describe(instance_id)
        self.assertEqual('stopped', shown['State']['Name'])
        self.assertEqual('Client.UserInitiatedShutdown',
                         shown['StateReason']['Code'])
        self.assertIn('User initiated (', shown['StateTransitionReason'])

    def test_stop_with_force_is_the_same_for_a_running_instance(self):
        instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[instance_id], Force=True)
        self.step()
        self.assertEqual('stopped', self.state(instance_id))

    def test_a_started_instance_is_pending_then_running_and_keeps_its_address(
            self):
        instance_id = self.running()
        before = self.describe(instance_id)
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        (change,) = self.ec2.start_instances(
            InstanceIds=[instance_id])['StartingInstances']
        self.assertEqual('stopped', change['PreviousState']['Name'])
        self.assertEqual('pending', change['CurrentState']['Name'])
        self.assertEqual('pending', self.state(instance_id))
        self.step()
        after = self.describe(instance_id)
        self.assertEqual('running', after['State']['Name'])
        self.assertEqual(before['PrivateIpAddress'],
                         after['PrivateIpAddress'])
        self.assertGreater(after['LaunchTime'], before['LaunchTime'])

    def test_no_two_starts_are_of_the_same_second(self):
        instance_id = self.running()
        times = {self.describe(instance_id)['LaunchTime']}
        self.control.settings(starting_seconds=0.0, stopping_seconds=0.0)
        for _ in range(3):
            self.ec2.stop_instances(InstanceIds=[instance_id])
            self.ec2.start_instances(InstanceIds=[instance_id])
            times.add(self.describe(instance_id)['LaunchTime'])
        self.assertEqual(4, len(times))

    def test_the_public_address_is_released_when_an_instance_stops(self):
        instance_id = self.running()
        self.assertIn('PublicIpAddress', self.describe(instance_id))
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.assertNotIn('PublicIpAddress', self.describe(instance_id))

    def test_a_terminated_instance_is_shutting_down_then_terminated(self):
        instance_id = self.running()
        (change,) = self.ec2.terminate_instances(
            InstanceIds=[instance_id])['TerminatingInstances']
        self.assertEqual('running', change['PreviousState']['Name'])
        self.assertEqual('shutting-down', change['CurrentState']['Name'])
        self.step()
        shown = self.describe(instance_id)
        self.assertEqual('terminated', shown['State']['Name'])
        self.assertEqual([], shown['NetworkInterfaces'])
        self.assertNotIn('PrivateIpAddress', shown)

    def test_a_terminated_instance_remains_visible_for_a_short_while(self):
        instance_id = self.running()
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.assertEqual([instance_id], self.listed())
        self.step(10)
        self.assertEqual([], self.listed())
        self.assertRefused('InvalidInstanceID.NotFound', self.describe,
                           instance_id)

    def test_terminating_an_instance_twice_succeeds(self):
        instance_id = self.running()
        for wanted in ('running', 'shutting-down', 'terminated'):
            (change,) = self.ec2.terminate_instances(
                InstanceIds=[instance_id])['TerminatingInstances']
            self.assertEqual(wanted, change['PreviousState']['Name'])
            if wanted == 'shutting-down':
                self.step()

    def test_a_pending_or_stopped_instance_can_be_terminated(self):
        stopped = self.running()
        self.ec2.stop_instances(InstanceIds=[stopped])
        self.step()
        pending = self.launch()
        self.ec2.terminate_instances(InstanceIds=[pending, stopped])
        self.step()
        self.assertEqual('terminated', self.state(pending))
        self.assertEqual('terminated', self.state(stopped))

    def test_you_can_not_stop_an_instance_that_is_pending_or_terminated(
            self):
        instance_id = self.launch()
        self.assertRefused('IncorrectInstanceState', self.ec2.stop_instances,
                           InstanceIds=[instance_id])
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.assertRefused('IncorrectInstanceState', self.ec2.stop_instances,
                           InstanceIds=[instance_id])
        self.step()
        self.assertRefused('IncorrectInstanceState', self.ec2.stop_instances,
                           InstanceIds=[instance_id])

    def test_you_can_not_start_an_instance_that_is_stopping_or_terminated(
            self):
        instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.assertRefused('IncorrectInstanceState',
                           self.ec2.start_instances,
                           InstanceIds=[instance_id])
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.assertRefused('IncorrectInstanceState',
                           self.ec2.start_instances,
                           InstanceIds=[instance_id])
        self.assertEqual('terminated', self.state(instance_id))

    def test_starting_what_runs_and_stopping_what_is_stopped_does_nothing(
            self):
        instance_id = self.running()
        (change,) = self.ec2.start_instances(
            InstanceIds=[instance_id])['StartingInstances']
        self.assertEqual('running', change['CurrentState']['Name'])
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        (change,) = self.ec2.stop_instances(
            InstanceIds=[instance_id])['StoppingInstances']
        self.assertEqual('stopped', change['CurrentState']['Name'])

    def test_one_instance_in_a_wrong_state_fails_the_whole_request(self):
        good, bad = self.running(), self.launch()
        self.assertRefused('IncorrectInstanceState', self.ec2.stop_instances,
                           InstanceIds=[good, bad])
        self.assertEqual('running', self.state(good))

    def test_a_rebooted_instance_remains_running(self):
        instance_id = self.running()
        self.ec2.reboot_instances(InstanceIds=[instance_id])
        self.assertEqual('running', self.state(instance_id))
        (truth,) = self.control.instances()
        self.assertEqual(2, truth['boots'])

    def test_only_a_running_instance_is_rebooted(self):
        instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.assertRefused('IncorrectInstanceState',
                           self.ec2.reboot_instances,
                           InstanceIds=[instance_id])

    def test_a_start_cut_short_by_termination_does_not_come_back(self):
        instance_id = self.launch()
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step(2)
        self.assertEqual('terminated', self.state(instance_id))

    def test_a_dry_run_changes_nothing(self):
        instance_id = self.running()
        for call in (self.ec2.stop_instances, self.ec2.terminate_instances,
                     self.ec2.reboot_instances):
            self.assertRefused('DryRunOperation', call,
                               InstanceIds=[instance_id], DryRun=True)
        self.assertRefused('DryRunOperation', self.launch, DryRun=True)
        self.assertEqual('running', self.state(instance_id))
        self.assertEqual([instance_id], self.listed())


class TestProtection(base.TestCase):
    """TerminateInstances of many; termination and stop protection."""

    def test_one_invalid_id_and_none_is_terminated(self):
        instance_id = self.running()
        message = self.assertRefused(
            'InvalidInstanceID.NotFound', self.ec2.terminate_instances,
            InstanceIds=[instance_id, 'i-0123456789abcdef0'])
        self.assertIn('i-0123456789abcdef0', message)
        self.assertEqual('running', self.state(instance_id))

    def test_a_protected_instance_keeps_its_zone_from_being_terminated(self):
        subnets = {zone: self.subnet(zone=zone)
                   for zone in ('us-east-1a', 'us-east-1b')}
        guarded = self.launch(SubnetId=subnets['us-east-1a'],
                              DisableApiTermination=True)
        beside = self.launch(SubnetId=subnets['us-east-1a'])
        away = self.launch(SubnetId=subnets['us-east-1b'])
        self.assertRefused('OperationNotPermitted',
                           self.ec2.terminate_instances,
                           InstanceIds=[guarded, beside, away])
        self.assertEqual(
            ['pending', 'pending', 'shutting-down'],
            [self.state(one) for one in (guarded, beside, away)])

    def test_protection_can_be_lifted(self):
        guarded = self.launch(DisableApiTermination=True)
        self.ec2.modify_instance_attribute(
            InstanceId=guarded, DisableApiTermination={'Value': False})
        self.ec2.terminate_instances(InstanceIds=[guarded])
        self.assertEqual('shutting-down', self.state(guarded))

    def test_a_stop_protected_instance_is_not_stopped(self):
        guarded = self.running(DisableApiStop=True)
        self.assertRefused('OperationNotPermitted', self.ec2.stop_instances,
                           InstanceIds=[guarded])
        self.assertEqual('running', self.state(guarded))
