# SPDX-License-Identifier: Apache-2.0
"""EC2 Serial Console."""

import time

import paramiko

from tests.functional.emulator import base

PATIENCE = 60


class TestSerialConsole(base.TestCase):

    def setUp(self):
        super().setUp()
        self.connect = self.client('ec2-instance-connect')
        self.key = paramiko.RSAKey.generate(2048)
        self.guest = self.running()

    def push(self, instance_id=None):
        return self.connect.send_serial_console_ssh_public_key(
            InstanceId=instance_id or self.guest, SerialPort=0,
            SSHPublicKey=f'ssh-rsa {self.key.get_base64()}')

    def transport(self):
        at = self.control.serial()
        transport = paramiko.Transport((at['host'], at['port']))
        self.addCleanup(transport.close)
        transport.start_client(timeout=PATIENCE)
        return transport

    def log_in(self, instance_id=None):
        transport = self.transport()
        transport.auth_publickey(f'{instance_id or self.guest}.port0',
                                 self.key)
        return transport

    def shell(self):
        channel = self.log_in().open_session(timeout=PATIENCE)
        channel.settimeout(PATIENCE)
        channel.invoke_shell()
        return channel

    def allow(self):
        self.ec2.enable_serial_console_access()

    def read_until(self, channel, wanted):
        seen = b''
        while wanted not in seen:
            got = channel.recv(1024)
            self.assertTrue(got, seen)
            seen += got
        return seen

    def test_by_default_there_is_no_access_to_the_serial_console(self):
        self.assertFalse(self.ec2.get_serial_console_access_status()[
            'SerialConsoleAccessEnabled'])
        self.assertRefused('SerialConsoleAccessDisabledException', self.push)

    def test_the_instance_must_be_built_on_nitro_and_run(self):
        self.allow()
        self.assertRefused('EC2InstanceNotFoundException', self.push,
                           'i-0123456789abcdef0')
        self.assertRefused('EC2InstanceTypeInvalidException', self.push,
                           self.running(InstanceType='t2.small'))
        self.ec2.stop_instances(InstanceIds=[self.guest])
        self.assertRefused('EC2InstanceStateInvalidException', self.push)

    def test_a_pushed_key_opens_the_port(self):
        self.allow()
        self.push()
        channel = self.shell()
        self.read_until(channel, b'login: ')
        channel.sendall(b'root')
        self.read_until(channel, b'root')
        session, = self.control.serial()['sessions']
        self.assertEqual(('root', True), (session['typed'], session['open']))

    def test_a_key_that_was_not_pushed_does_not(self):
        self.allow()
        self.assertRaises(paramiko.AuthenticationException, self.log_in)

    def test_the_key_remains_for_60_seconds(self):
        self.allow()
        self.push()
        self.control.advance(61)
        self.assertRaises(paramiko.AuthenticationException, self.log_in)

    def test_the_key_opens_no_other_port(self):
        self.allow()
        self.push()
        self.assertRaises(paramiko.AuthenticationException, self.log_in,
                          self.running())

    def test_one_session_at_a_time(self):
        self.allow()
        self.push()
        self.read_until(self.shell(), b'login: ')
        self.assertRaises(paramiko.ChannelException, self.shell)

    def test_the_session_ends_with_the_instance(self):
        self.allow()
        self.push()
        channel = self.shell()
        self.read_until(channel, b'login: ')
        self.ec2.stop_instances(InstanceIds=[self.guest])
        self.assertEqual(b'', channel.recv(1024))
        self.until_closed()

    def test_another_session_may_follow(self):
        self.allow()
        self.push()
        channel = self.shell()
        self.read_until(channel, b'login: ')
        channel.get_transport().close()
        self.until_closed()
        self.read_until(self.shell(), b'login: ')

    def until_closed(self):
        deadline = time.monotonic() + PATIENCE
        while self.control.serial()['sessions'][0]['open']:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
