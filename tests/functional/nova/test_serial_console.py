# SPDX-License-Identifier: Apache-2.0
"""A user types at nova-serialproxy, and a guest on EC2 reads it.

nova-serialproxy itself is a WebSocket in front of what is tested here: it
checks the token, asks the compute about the port, and connects to it.
"""

import base64
import contextlib
import hashlib
import socket
import urllib.parse

import fixtures
import paramiko
from nova import objects
from nova.compute import rpcapi
from nova.tests.functional.api import client as api_client

from tests.functional.nova import base


class SerialConsoleTest(base.NovaTestCase):
    START = False

    def setUp(self):
        super().setUp()
        self.at = self.control.serial()
        self.flags(group='serial_console', enabled=True)
        self.flags(group='consoleauth', token_ttl=base.PATIENCE)
        self.flags(group='ec2',
                   serial_console_endpoint=f'127.0.0.1:{self.at["port"]}',
                   serial_console_fingerprints=[self.at['fingerprint']])
        self.ec2.enable_serial_console_access()
        self.compute = self.start_ec2()

    def ask(self, server):
        """The connection information behind a new token."""
        url = self.api.api_post(
            f'/servers/{server["id"]}/remote-consoles',
            {'remote_console': {'protocol': 'serial', 'type': 'serial'}}
        ).body['remote_console']['url']
        token, = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)[
            'token']
        return objects.ConsoleAuthToken.validate(self.admin_context(), token)

    def valid(self, server, console):
        """What nova-serialproxy asks before it connects."""
        return rpcapi.ComputeAPI().validate_console_port(
            self.admin_context(), self.record(server), str(console.port),
            'serial')

    def connect(self, console):
        client = socket.create_connection((console.host, console.port),
                                          timeout=base.PATIENCE)
        self.addCleanup(client.close)
        return client

    def read_until(self, client, wanted):
        seen = b''
        while wanted not in seen:
            got = client.recv(1024)
            self.assertTrue(got, seen)
            seen += got
        return seen

    def assert_refused(self, server, status):
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.ask, server)
        self.assertEqual(status, error.response.status_code)
        return error.response.json()

    def assert_no_listener(self, console):
        def gone():
            with contextlib.suppress(ConnectionRefusedError), \
                    socket.create_connection((console.host, console.port)):
                return False
            return True
        self.wait_until(gone, 'the listener to end')

    def sessions(self):
        return self.control.serial()['sessions']

    def test_what_a_user_types_reaches_the_guest_and_back(self):
        server = self.boot()
        console = self.ask(server)
        self.assertEqual('127.0.0.1', console.host)
        self.assertTrue(self.valid(server, console))
        client = self.connect(console)
        self.read_until(client, b'web login: ')
        client.sendall(b'root')
        self.read_until(client, b'root')
        session, = self.sessions()
        self.assertEqual(self.instance_of(server)['instance_id'],
                         session['instance_id'])
        self.assertEqual('root', session['typed'])

    def test_the_listener_ends_with_the_connection(self):
        server = self.boot()
        console = self.ask(server)
        client = self.connect(console)
        self.read_until(client, b'login: ')
        client.close()
        self.wait_until(lambda: not self.sessions()[0]['open'],
                        'the session to end')
        self.assert_no_listener(console)
        self.read_until(self.connect(self.ask(server)), b'login: ')

    def test_the_connection_ends_with_the_server(self):
        server = self.boot()
        console = self.ask(server)
        client = self.connect(console)
        self.read_until(client, b'login: ')
        self.delete(server)
        while client.recv(1024):
            pass
        self.assert_no_listener(console)

    def test_an_unused_listener_ends_with_the_server(self):
        server = self.boot()
        console = self.ask(server)
        self.delete(server)
        self.assert_no_listener(console)

    def test_an_unused_listener_ends_with_the_token(self):
        self.flags(group='consoleauth', token_ttl=1)
        self.restart()
        self.assert_no_listener(self.ask(self.boot()))

    def test_asked_twice_it_is_the_same_port(self):
        server = self.boot()
        self.assertEqual(self.ask(server).port, self.ask(server).port)

    def test_one_that_is_in_use_is_not_given_to_a_second_user(self):
        server = self.boot()
        self.read_until(self.connect(self.ask(server)), b'login: ')
        said = self.assert_refused(server, 400)
        self.assertIn('in use', str(said))

    def test_a_key_grown_old_is_pushed_again(self):
        server = self.boot()
        console = self.ask(server)
        self.control.advance(61)
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.serial_console._KEY_SECONDS', 0))
        self.read_until(self.connect(console), b'login: ')

    def test_another_host_key_gets_nothing(self):
        other = paramiko.ECDSAKey.generate()
        self.flags(group='ec2', serial_console_fingerprints=[
            'SHA256:' + base64.b64encode(hashlib.sha256(
                other.asbytes()).digest()).decode().rstrip('=')])
        self.restart()
        client = self.connect(self.ask(self.boot()))
        said = self.read_until(client, b'nothing was sent')
        self.assertIn(self.at['fingerprint'].encode(), said)
        self.assertEqual([], self.sessions())

    def test_without_a_fingerprint_there_is_none(self):
        self.flags(group='ec2', serial_console_fingerprints=[])
        self.restart()
        said = self.assert_refused(self.boot(), 400)
        self.assertIn('serial_console_fingerprints', str(said))

    def test_an_account_without_access_has_none(self):
        self.ec2.disable_serial_console_access()
        said = self.assert_refused(self.boot(), 400)
        self.assertIn('EnableSerialConsoleAccess', str(said))

    def test_a_type_without_one_has_none(self):
        server = self.boot(flavorRef=self.flavor(
            extra_specs={'ec2:instance_type': 't2.small'}))
        self.assertIn('EC2InstanceTypeInvalid',
                      str(self.assert_refused(server, 400)))

    def test_a_server_that_does_not_run_has_none(self):
        server = self.boot()
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.assert_refused(server, 409)

    def test_a_server_that_is_gone_has_none(self):
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.assert_refused(server, 404)
