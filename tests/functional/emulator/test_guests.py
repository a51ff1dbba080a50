# SPDX-License-Identifier: Apache-2.0
"""What reaches into a guest: commands, interrupts, passwords, metrics."""

import base64
import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.functional.emulator import base

SHELL = 'AWS-RunShellScript'


class TestRunCommand(base.TestCase):
    """AWS Systems Manager Run Command."""

    def setUp(self):
        super().setUp()
        self.control.settings(command_seconds=base.STEP)
        self.ssm = self.client('ssm')
        self.guest = self.running()

    def send(self, document=SHELL, instance_id=None, **changes):
        return self.ssm.send_command(**{
            'InstanceIds': [instance_id or self.guest],
            'DocumentName': document,
            'Parameters': {'commands': ['true']}, **changes})['Command']

    def invocation(self, command):
        return self.ssm.get_command_invocation(
            CommandId=command['CommandId'], InstanceId=self.guest)

    def information(self, *ids):
        return self.ssm.describe_instance_information(Filters=[
            {'Key': 'InstanceIds', 'Values': list(ids or [self.guest])}])[
                'InstanceInformationList']

    def test_an_instance_without_an_agent_is_not_listed(self):
        self.assertEqual([], self.information())

    def test_the_ping_status_is_online_or_connection_lost(self):
        self.control.agent(self.guest)
        shown, = self.information()
        self.assertEqual(('Online', 'Linux'),
                         (shown['PingStatus'], shown['PlatformType']))
        self.ec2.stop_instances(InstanceIds=[self.guest])
        shown, = self.information()
        self.assertEqual('ConnectionLost', shown['PingStatus'])

    def test_all_guests_may_have_agents(self):
        self.control.settings(agents=True)
        shown, = self.information()
        self.assertEqual('Online', shown['PingStatus'])
        self.send()
        self.ec2.stop_instances(InstanceIds=[self.guest])
        self.assertRefused('InvalidInstanceId', self.send)

    def test_invalid_instance_id_where_the_agent_is_not_running(self):
        self.assertRefused('InvalidInstanceId', self.send)
        self.control.agent(self.guest)
        self.send()
        self.control.agent(self.guest, online=False)
        self.assertRefused('InvalidInstanceId', self.send)

    def test_a_command_is_pending_then_in_progress_then_over(self):
        self.control.agent(self.guest)
        self.control.outcome(status='Failed', code=3, stderr='no',
                             contains='tru')
        command = self.send()
        self.control.advance(1)
        self.assertEqual('InProgress', self.invocation(command)['Status'])
        self.step()
        shown = self.invocation(command)
        self.assertEqual(('Failed', 3, 'no'), (
            shown['Status'], shown['ResponseCode'],
            shown['StandardErrorContent']))
        again = self.send()
        self.step()
        self.assertEqual('Success', self.invocation(again)['Status'])

    def test_an_invocation_that_nobody_made_does_not_exist(self):
        self.assertRefused(
            'InvocationDoesNotExist', self.ssm.get_command_invocation,
            CommandId='0' * 36, InstanceId=self.guest)

    def test_a_document_must_exist_and_fit_the_platform(self):
        self.control.agent(self.guest)
        self.assertRefused('InvalidDocument', self.send, 'AWS-Nothing')
        self.assertRefused('UnsupportedPlatformType', self.send,
                           'AWSEC2-ManageVssIO',
                           Parameters={'Action': ['Freeze']})
        self.assertRefused('InvalidParameters', self.send,
                           Parameters={'command': ['true']})
        self.assertRefused('InvalidParameters', self.send,
                           Parameters={'commands': []})

    def test_a_secret_that_a_command_reads_must_be_there(self):
        windows = self.running(ImageId=self.control.images()['windows'])
        self.control.agent(windows)
        script = ["(Get-SSMParameterValue -Name '/x/y' -WithDecryption $true)"]
        for expected in ('Failed', 'Success'):
            command = self.send('AWS-RunPowerShellScript', windows,
                                Parameters={'commands': script})
            self.step()
            self.assertEqual(expected, self.ssm.get_command_invocation(
                CommandId=command['CommandId'],
                InstanceId=windows)['Status'])
            self.ssm.put_parameter(Name='/x/y', Value='v',
                                   Type='SecureString', Overwrite=True)
        self.assertEqual({'/x/y': 'SecureString'},
                         self.control.commands()[-1]['secrets'])


class TestGuests(base.TestCase):

    def test_a_diagnostic_interrupt_reaches_a_running_nitro_instance(self):
        instance_id = self.launch()
        self.assertRefused('IncorrectInstanceState',
                           self.ec2.send_diagnostic_interrupt,
                           InstanceId=instance_id)
        self.step()
        self.ec2.send_diagnostic_interrupt(InstanceId=instance_id)
        self.assertEqual(1, self.control.instances()[0]['interrupts'])

    def test_an_instance_that_is_not_nitro_gets_no_interrupt(self):
        xen = self.running(InstanceType='t2.small')
        self.assertRefused('UnsupportedOperation',
                           self.ec2.send_diagnostic_interrupt,
                           InstanceId=xen)

    def test_the_windows_password_is_encrypted_for_the_key_pair(self):
        self.control.settings(console_seconds=0, password_seconds=base.STEP)
        key = rsa.generate_private_key(65537, 2048)
        self.ec2.import_key_pair(
            KeyName='mine', PublicKeyMaterial=key.public_key().public_bytes(
                serialization.Encoding.OpenSSH,
                serialization.PublicFormat.OpenSSH))
        instance_id = self.running(
            ImageId=self.control.images()['windows'], KeyName='mine')

        def data():
            return self.ec2.get_password_data(
                InstanceId=instance_id)['PasswordData']
        self.assertEqual('', data())
        self.step()
        clear = key.decrypt(base64.b64decode(data()), padding.PKCS1v15())
        self.assertEqual(self.control.instances()[0]['password'],
                         clear.decode())
        self.assertEqual(data(), data())

    def test_linux_has_no_password(self):
        self.control.settings(console_seconds=0)
        self.assertEqual('', self.ec2.get_password_data(
            InstanceId=self.running())['PasswordData'])

    def test_platform_is_windows_or_absent(self):
        windows = self.launch(ImageId=self.control.images()['windows'])
        self.assertEqual('windows', self.describe(windows)['Platform'])
        self.assertNotIn('Platform', self.describe(self.launch()))


class TestMetrics(base.TestCase):
    """GetMetricData."""

    def setUp(self):
        super().setUp()
        self.cloudwatch = self.client('cloudwatch')
        self.control.metric('AWS/EC2', 'NetworkIn', {'InstanceId': 'i-1'},
                            [(100, 5), (200, 7), (90000, 11)])

    def data(self, ago, period=60, stat='Sum', instance_id='i-1', an_id='m'):
        end = datetime.datetime.now(datetime.UTC)
        return self.cloudwatch.get_metric_data(
            StartTime=end - datetime.timedelta(seconds=ago), EndTime=end,
            MetricDataQueries=[{'Id': an_id, 'MetricStat': {
                'Metric': {'Namespace': 'AWS/EC2', 'MetricName': 'NetworkIn',
                           'Dimensions': [{'Name': 'InstanceId',
                                           'Value': instance_id}]},
                'Period': period, 'Stat': stat}}])['MetricDataResults']

    def test_points_are_summed_by_period_newest_first(self):
        result, = self.data(1000)
        self.assertEqual([5.0, 7.0], result['Values'])
        result, = self.data(100000, 86400 * 30)
        self.assertEqual(23.0, sum(result['Values']))

    def test_a_metric_that_nobody_measured_has_no_values(self):
        result, = self.data(1000, instance_id='i-2')
        self.assertEqual([], result['Values'])

    def test_old_points_need_a_longer_period(self):
        self.control.metric('AWS/EC2', 'NetworkIn', {'InstanceId': 'i-1'},
                            [(20 * 86400, 13)])
        result, = self.data(21 * 86400, 60)
        self.assertEqual([], result['Values'])
        result, = self.data(21 * 86400, 300)
        self.assertIn(13.0, result['Values'])

    def test_wrong_periods_and_ids_are_refused(self):
        self.assertRefused('ValidationException', self.data, 1000, 70)
        self.assertRefused('ValidationException', self.data, 1000, an_id='M')
        self.assertRefused('ValidationException', self.data, -10)
