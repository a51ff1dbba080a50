# SPDX-License-Identifier: Apache-2.0
"""Passwords reach guests through their agents, and nobody else."""

import base64
import json

import boto3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from nova.tests.functional.api import client as api_client
from oslo_utils import secretutils

from tests.functional.fixtures.crash import CrashAt
from tests.functional.nova import base

SECRET = "Correct horse's battery"


class PasswordTestCase(base.NovaTestCase):

    def with_agent(self, **changes):
        server = self.boot(**changes)
        self.control.agent(self.instance_of(server)['instance_id'])
        return server

    def windows(self, **changes):
        image = self.glance.add(ec2_ami_id=self.control.images()['windows'])
        return self.with_agent(imageRef=image, flavorRef=self.flavor(disk=40),
                               **changes)

    def change(self, server, password=SECRET):
        self.act(server, 'changePassword', {'adminPass': password})

    def refuse(self, server, status=409):
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.change, server)
        self.assertEqual(status, error.response.status_code)
        seen = self.until(server, 'ACTIVE')
        self.assertEqual('running', self.instance_of(seen)['state'])
        self.assert_secret()
        return error.response.text

    def assert_secret(self):
        """The password stands nowhere where AWS or a log would keep it."""
        for place in (self.control.commands(), self.control.calls(),
                      self.control.instances()):
            self.assertNotIn(SECRET, json.dumps(place))
        self.assertNotIn(SECRET, self.stdlog.logger.output)

    def parameters(self):
        """What Parameter Store holds."""
        return self.emulator_client('ssm').describe_parameters()['Parameters']

    def emulator_client(self, service):
        client = boto3.session.Session().client(
            service, **self.control.boto())
        self.addCleanup(client.close)
        return client


class AdminPasswordTest(PasswordTestCase):

    def test_linux_gets_a_hash_of_it(self):
        server = self.with_agent()
        self.change(server)
        self.until(server, 'ACTIVE')
        command, = self.control.commands()
        self.assertEqual(self.instance_of(server)['instance_id'],
                         command['instance_id'])
        self.assertEqual(('AWS-RunShellScript', 'Success'),
                         (command['document'], command['status']))
        line, = command['parameters']['commands']
        self.assertTrue(line.endswith('| chpasswd -e'), line)
        user, _, crypted = line.split("'")[3].partition(':')
        self.assertEqual('root', user)
        salt, _, _ = crypted.rpartition('$')
        self.assertEqual(crypted, secretutils.crypt_password(SECRET, salt))
        self.assert_secret()

    def test_the_user_is_the_images(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                os_admin_user='ec2-user')
        server = self.with_agent(imageRef=image)
        self.change(server)
        command, = self.control.commands()
        self.assertIn("'ec2-user:$6$", command['parameters']['commands'][0])

    def test_a_user_that_a_shell_would_not_take_as_it_is_is_refused(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                os_admin_user="x';reboot;'")
        server = self.with_agent(imageRef=image)
        self.assertIn('os_admin_user', self.refuse(server))
        self.assertEqual([], self.control.commands())

    def test_windows_reads_an_encrypted_parameter_that_then_goes(self):
        server = self.windows()
        self.change(server)
        command, = self.control.commands()
        self.assertEqual(('AWS-RunPowerShellScript', 'Success'),
                         (command['document'], command['status']))
        self.assertEqual(['SecureString'],
                         list(command['secrets'].values()))
        self.assertIn("Set-LocalUser -Name 'Administrator'",
                      '\n'.join(command['parameters']['commands']))
        self.assertEqual([], self.parameters())
        self.assert_secret()

    def test_without_an_agent_it_is_refused(self):
        self.assertIn('SSM agent', self.refuse(self.boot()))
        self.assertEqual([], self.control.commands())

    def test_an_agent_that_is_offline_is_refused(self):
        server = self.with_agent()
        self.control.agent(self.instance_of(server)['instance_id'],
                           online=False)
        self.assertIn('ConnectionLost', self.refuse(server))

    def test_a_command_that_fails_leaves_no_parameter(self):
        server = self.windows()
        self.control.outcome(status='Failed', code=1, stderr='too short')
        self.refuse(server)
        self.assertEqual([], self.parameters())

    def test_a_guest_that_does_not_answer_ends_the_wait(self):
        self.flags(group='ec2', command_timeout=5)
        self.restart()
        server = self.with_agent()
        self.control.settings(command_seconds=3600)
        self.refuse(server)
        self.control.settings(command_seconds=0.1)
        self.change(server)
        self.until(server, 'ACTIVE')

    def test_aws_refuses_and_the_server_stays_as_it_is(self):
        server = self.with_agent()
        self.control.fault('error', 'SendCommand', status=400,
                           code='AccessDeniedException', message='No.')
        self.refuse(server)
        self.change(server)

    def test_a_stopped_server_is_refused(self):
        server = self.with_agent()
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.change, server)
        self.assertEqual(409, error.response.status_code)
        self.assertEqual([], self.control.commands())


class PasswordCrashTest(PasswordTestCase):

    def test_no_parameter_is_left_and_the_server_is_free(self):
        server = self.windows()
        crash = self.useFixture(CrashAt('send_command', after=False))
        # nova-api waits for an answer that never comes.
        self.flags(rpc_response_timeout=5)
        self.assertRaises(api_client.OpenStackApiException, self.change,
                          server)
        self.flags(rpc_response_timeout=60)
        self.assertTrue(crash.dead.wait(base.PATIENCE))
        self.assertEqual(1, len(self.parameters()))
        crash.over()
        self.restart()
        self.until(server, 'ACTIVE')
        self.assertEqual([], self.parameters())
        self.change(server)
        self.assertEqual([], self.parameters())


class WindowsPasswordTest(PasswordTestCase):
    """What Windows chose at its first start, in Nova's password store."""

    def setUp(self):
        super().setUp()
        self.key = rsa.generate_private_key(65537, 2048)
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': 'mine', 'type': 'ssh',
            'public_key': self.key.public_key().public_bytes(
                serialization.Encoding.OpenSSH,
                serialization.PublicFormat.OpenSSH).decode()}})

    def stored(self, server):
        return self.api.api_get(
            f'/servers/{server["id"]}/os-server-password').body['password']

    def assert_stored(self, server):
        data = self.wait_until(lambda: self.stored(server), 'the password')
        clear = self.key.decrypt(base64.b64decode(data), padding.PKCS1v15())
        self.assertEqual(self.instance_of(server)['password'],
                         clear.decode())
        self.assertNotIn(clear.decode(), self.stdlog.logger.output)

    def test_it_is_stored_encrypted_for_the_key_pair(self):
        self.assert_stored(self.windows(key_name='mine'))

    def test_it_is_waited_for_beyond_a_restart(self):
        self.control.settings(password_seconds=3600)
        server = self.windows(key_name='mine')
        self.wait_until(lambda: self.count('GetPasswordData'), 'a look')
        self.assertEqual('', self.stored(server))
        self.restart()
        self.control.advance(3700)
        self.assert_stored(server)

    def test_it_can_be_cleared_and_stays_so(self):
        server = self.windows(key_name='mine')
        self.assert_stored(server)
        self.api.api_delete(f'/servers/{server["id"]}/os-server-password')
        self.assertEqual('', self.stored(server))

    def test_linux_is_not_asked_for_one(self):
        self.boot(key_name='mine')
        self.assertEqual(0, self.count('GetPasswordData'))
