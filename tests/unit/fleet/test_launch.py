# SPDX-License-Identifier: Apache-2.0
"""Client tokens, candidates and the reasons of failed launches."""

import dataclasses
import unittest
from unittest import mock

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.fleet import launch
from nova_ec2.models.launch import (
    Candidate,
    InterfaceRequest,
    LaunchRequest,
)
from nova_ec2.models.server import Ownership, Server, ServerState

UUID = '8d1c9c3e-6f3f-4c63-8d3c-0f2b8b2f6a11'
SMALL = Candidate('t3.small', 'us-east-1a', vcpus=2)
LARGE = Candidate('m5.large', 'us-east-1a', vcpus=2)
# With an address of its own, so that it is not gathered with others.
REQUEST = LaunchRequest(
    owner=Ownership('cloud', 'host', UUID), token_seed='host/req-1',
    image_id='ami-1', candidates=(SMALL, LARGE), tags=(),
    interfaces=(InterfaceRequest('subnet-1', private_address='10.0.0.9'),))
RUNNING = Server('i-1', ServerState.RUNNING, 't3.small', 'ami-1',
                 'us-east-1a')
FULL = exc.CapacityExhausted('no room', code='InsufficientInstanceCapacity',
                             request_id='req-9')


def token(candidate=SMALL, owner=None, **changes):
    request = dataclasses.replace(REQUEST, **changes)
    if owner:
        request = dataclasses.replace(
            request, owner=dataclasses.replace(request.owner, **owner))
    return launch.client_token(request, candidate)


class TokenTest(unittest.TestCase):

    def test_the_same_try_has_the_same_token(self):
        self.assertEqual(token(), token())

    def test_whatever_may_change_on_a_retry_changes_it(self):
        tokens = [
            token(), token(LARGE), token(image_id='ami-2'),
            token(token_seed='host/req-2'), token(owner={'host': 'other'}),
            token(owner={'cloud_id': 'other'}),
            token(owner={'server_uuid': UUID.replace('8', '9')}),
            token(dataclasses.replace(SMALL, zone='us-east-1b')),
            token(dataclasses.replace(SMALL, market='spot'))]
        self.assertEqual(len(tokens), len(set(tokens)))

    @hypothesis.given(st.text(max_size=200), st.uuids())
    def test_it_is_what_ec2_takes(self, seed, uuid):
        made = token(token_seed=seed, owner={'server_uuid': str(uuid)})
        self.assertTrue(made.isascii())
        self.assertLessEqual(len(made), 64)

    def test_a_shared_one_too(self):
        other = dataclasses.replace(REQUEST, token_seed='host/req-2')
        made = launch.shared_token([REQUEST, other], SMALL)
        self.assertLessEqual(len(made), 64)
        self.assertNotEqual(made, launch.shared_token([REQUEST], SMALL))


class LauncherCase(unittest.TestCase):
    """A launcher before an EC2 that answers what a test says."""

    def launcher(self, *answers, settled=RUNNING):
        self.api = mock.Mock()
        self.api.run.side_effect = answers
        self.api.room_to_run.return_value = 1.0
        fleet = mock.Mock()
        fleet.reader.wait.return_value = settled
        return launch.Launcher(self.api, fleet, self.offerings, timeout=60)

    def setUp(self):
        super().setUp()
        self.offerings = launch.Offerings()

    def types_tried(self):
        return [call.args[1].instance_type
                for call in self.api.run.call_args_list]


class LauncherTest(LauncherCase):

    def test_the_first_candidate_with_room_is_taken(self):
        launcher = self.launcher(FULL, RUNNING)
        self.assertEqual(RUNNING, launcher.launch(REQUEST))
        self.assertEqual(['t3.small', 'm5.large'], self.types_tried())

    def test_a_candidate_without_room_is_remembered(self):
        self.launcher(FULL, RUNNING).launch(REQUEST)
        self.launcher(RUNNING).launch(REQUEST)
        self.assertEqual(['m5.large'], self.types_tried())

    def test_none_with_room_names_all_and_ec2s_last_words(self):
        launcher = self.launcher(FULL, FULL)
        with self.assertRaises(exc.CapacityExhausted) as caught:
            launcher.launch(REQUEST)
        text = str(caught.exception)
        for word in ('t3.small', 'm5.large', 'req-9', 'no room'):
            self.assertIn(word, text)

    def test_no_call_where_all_are_remembered(self):
        for candidate in REQUEST.candidates:
            self.offerings.remember(candidate, FULL)
        self.assertRaises(exc.CapacityExhausted,
                          self.launcher().launch, REQUEST)
        self.api.run.assert_not_called()

    def test_what_another_type_does_not_help_goes_up_at_once(self):
        launcher = self.launcher(exc.InvalidRequest('bad'), RUNNING)
        self.assertRaises(exc.InvalidRequest, launcher.launch, REQUEST)
        self.assertEqual(['t3.small'], self.types_tried())

    def test_numbers_lead_the_message(self):
        for error, words in (
                (exc.QuotaExceeded, 't3.small (2 vCPUs)'),
                (exc.SubnetFull, '1 address(es) of subnet-1'),
                (exc.AddressTaken, '10.0.0.9 of subnet-1')):
            launcher = self.launcher(error('no', code='X', request_id='r'))
            with self.assertRaises(error) as caught:
                launcher.launch(REQUEST)
            self.assertTrue(caught.exception.message.startswith(
                'asked for '), caught.exception.message)
            self.assertIn(words, caught.exception.message)
            self.assertEqual('r', caught.exception.request_id)

    def test_a_server_is_told_of_before_it_runs(self):
        told = []
        self.launcher(RUNNING).launch(REQUEST, accepted=told.append)
        self.assertEqual([RUNNING], told)

    def test_a_launch_that_is_not_wanted_is_not_made(self):
        def check():
            raise exc.BuildCancelled('no')
        launcher = self.launcher(RUNNING)
        self.assertRaises(exc.BuildCancelled, launcher.launch, REQUEST,
                          check=check)
        self.api.run.assert_not_called()

    def ended(self, code):
        """The error for a server that ended for this reason."""
        settled = dataclasses.replace(
            RUNNING, state=ServerState.TERMINATED, reason_code=code,
            reason='why')
        only = dataclasses.replace(REQUEST, candidates=(SMALL,))
        with self.assertRaises(exc.NovaEC2Error) as caught:
            self.launcher(RUNNING, settled=settled).launch(only)
        return caught.exception

    def test_room_that_vanished_is_no_room(self):
        self.assertIsInstance(
            self.ended('Server.InsufficientInstanceCapacity'),
            exc.CapacityExhausted)

    def test_a_volume_quota_is_one(self):
        self.assertIsInstance(self.ended('Client.VolumeLimitExceeded'),
                              exc.QuotaExceeded)

    def test_other_ends_say_why(self):
        for code in ('Server.InternalError', 'Client.InternalError', ''):
            error = self.ended(code)
            self.assertIsInstance(error, exc.LaunchFailed)
            self.assertIn('why', str(error))
