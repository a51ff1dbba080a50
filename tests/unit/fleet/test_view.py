# SPDX-License-Identifier: Apache-2.0
"""The view never says that something is gone which lives."""

import dataclasses
import unittest
from unittest import mock

import hypothesis
from hypothesis import stateful
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.fleet import ttl, view
from nova_ec2.models.server import ServerState
from tests.unit.fleet import simulated


def fleet_over(ec2, **settings):
    fleet = view.Fleet(ec2, view.FleetSettings('cloud', 'host', **settings))
    fleet.reader = simulated.reader(ec2, fleet.note)
    return fleet


class FleetTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.clock = simulated.Clock()
        patch = mock.patch.object(view, 'time', self.clock)
        patch.start()
        self.addCleanup(patch.stop)
        self.ec2 = simulated.EC2()
        self.fleet = fleet_over(self.ec2)

    def running(self, uuid='a', **owner):
        server = self.ec2.launch(uuid, **owner)
        self.ec2.change(server.instance_id, ServerState.RUNNING)
        return server.instance_id

    def test_one_sweep_serves_many_readers(self):
        self.running()
        with mock.patch.object(self.ec2, 'sweep',
                               wraps=self.ec2.sweep) as sweep:
            for _ in range(5):
                self.assertTrue(self.fleet.servers())
                self.assertTrue(self.fleet.cached('a'))
        self.assertEqual(1, sweep.call_count)

    def test_a_new_sweep_is_due_after_the_interval(self):
        self.fleet.servers()
        self.running()
        self.assertEqual([], self.fleet.servers())
        self.clock.advance(61)
        self.assertEqual(1, len(self.fleet.servers()))

    def test_what_was_read_a_moment_ago_is_recent(self):
        self.running()
        self.fleet.sweep()
        self.assertEqual('running', self.fleet.recent('a').state)
        self.clock.advance(2.5)
        self.assertIsNone(self.fleet.recent('a'))
        self.assertIsNone(self.fleet.recent('unknown'))

    def test_what_is_changing_is_never_recent(self):
        self.ec2.launch('a')
        self.fleet.sweep()
        self.assertIsNotNone(self.fleet.known('a'))
        self.assertIsNone(self.fleet.recent('a'))

    def test_a_failed_sweep_changes_nothing_and_is_reported(self):
        one = self.running()
        self.fleet.sweep()
        self.ec2.failing = True
        self.assertRaises(exc.FleetUnavailable, self.fleet.sweep)
        self.clock.advance(61)
        self.assertRaises(exc.FleetUnavailable, self.fleet.servers)
        self.assertEqual(one, self.fleet.known('a').instance_id)

    def test_missing_members_are_asked_for_by_id_in_one_call(self):
        ids = [self.running(name) for name in 'abc']
        self.fleet.sweep()
        self.ec2.omitted = set(ids[:2])
        self.fleet.sweep()
        self.assertEqual([ids[:2]], self.ec2.reads_by_id)
        self.assertEqual(3, len(self.fleet.servers()))

    def test_a_terminated_one_leaves_and_is_remembered_as_such(self):
        one = self.running()
        self.fleet.sweep()
        self.ec2.change(one, ServerState.TERMINATED)
        self.fleet.sweep()
        self.assertEqual([], self.fleet.servers())
        self.assertIs(ServerState.TERMINATED, self.fleet.cached('a').state)

    def test_an_older_answer_brings_no_terminated_one_back(self):
        one = self.running()
        self.fleet.sweep()
        older = self.fleet.known('a')
        self.ec2.change(one, ServerState.TERMINATED)
        self.fleet.locate('a')
        self.fleet.forget('a')
        self.fleet.note(older)
        self.assertEqual([], self.fleet.servers())

    def test_a_new_one_that_ec2_does_not_show_yet_stays(self):
        server = self.ec2.launch('a')
        self.fleet.note(server)
        del self.ec2.instances[server.instance_id]
        self.fleet.sweep()
        self.assertIsNotNone(self.fleet.cached('a'))
        self.clock.advance(ttl.VISIBILITY + 1)
        self.fleet.sweep()
        self.assertIsNone(self.fleet.known('a'))

    def retag(self, instance_id, host):
        server = self.ec2.instances[instance_id]
        self.ec2.instances[instance_id] = dataclasses.replace(
            server, owner=dataclasses.replace(server.owner, host=host))
        return server

    def test_one_that_another_host_took_leaves_with_the_next_sweep(self):
        one = self.running()
        self.fleet.sweep()
        self.retag(one, 'other')
        self.fleet.sweep()
        self.assertEqual([], self.fleet.servers())
        self.assertIsNone(self.fleet.locate('a', one))

    def test_one_that_another_host_took_leaves_when_it_is_read(self):
        one = self.running()
        self.fleet.sweep()
        self.retag(one, 'other')
        self.fleet.note(self.ec2.instances[one])
        self.assertIsNone(self.fleet.known('a'))

    def test_what_was_handed_over_is_not_brought_back_by_an_older_read(self):
        one = self.running()
        self.fleet.sweep()
        self.fleet.hand_over('a')
        self.fleet.note(self.ec2.instances[one])
        self.fleet.sweep()
        self.assertEqual([], self.fleet.servers())
        self.assertIsNone(self.fleet.locate('a', one))

    def test_what_was_taken_over_is_there_though_a_read_shows_old_tags(self):
        one = self.running(host='other')
        self.fleet.take_over(self.ec2.instances[one])
        self.fleet.sweep()
        self.assertEqual(one, self.fleet.locate('a', one).instance_id)
        self.assertEqual(1, len(self.fleet.servers()))

    def test_there_and_back_again(self):
        one = self.running()
        self.fleet.sweep()
        self.fleet.hand_over('a')
        older = self.retag(one, 'other')
        self.fleet.take_over(self.retag(one, 'host'))
        self.fleet.note(older)
        self.fleet.sweep()
        self.assertEqual(1, len(self.fleet.servers()))

    def test_strangers_do_not_enter(self):
        for owner in ({'cloud_id': 'other'}, {'host': 'other'}):
            self.fleet.note(self.ec2.launch('a', **owner))
        self.fleet.sweep()
        self.assertEqual([], self.fleet.servers())
        self.assertIsNone(self.fleet.locate('a'))

    def test_a_wrong_hint_is_not_believed(self):
        other = self.running('b')
        self.assertIsNone(self.fleet.locate('a', other))

    def test_locating_prefers_the_living_of_two(self):
        first, second = self.running(), self.running()
        self.ec2.change(second, ServerState.TERMINATED)
        self.assertEqual(first, self.fleet.locate('a').instance_id)

    def test_locating_fails_rather_than_denies(self):
        self.running()
        self.ec2.failing = True
        self.assertRaises(exc.FleetUnavailable, self.fleet.locate, 'a')


NAMES = [f'server-{number}' for number in range(4)]
NEXT = {
    ServerState.PENDING: [ServerState.RUNNING, ServerState.SHUTTING_DOWN],
    ServerState.RUNNING: [ServerState.STOPPING, ServerState.SHUTTING_DOWN],
    ServerState.STOPPING: [ServerState.STOPPED],
    ServerState.STOPPED: [ServerState.PENDING, ServerState.SHUTTING_DOWN],
    ServerState.SHUTTING_DOWN: [ServerState.TERMINATED],
    ServerState.TERMINATED: [],
}


class FleetMachine(stateful.RuleBasedStateMachine):
    """Launches, terminations, half listings and failures in any order."""

    def __init__(self):
        super().__init__()
        self.clock = simulated.Clock()
        self.patch = mock.patch.object(view, 'time', self.clock)
        self.patch.start()
        self.ec2 = simulated.EC2()
        self.fleet = fleet_over(self.ec2)
        self.known = set()

    def teardown(self):
        self.patch.stop()

    def alive(self):
        """The living instance of each server."""
        return {server.owner.server_uuid: server
                for server in self.ec2.instances.values()
                if not server.state.is_gone
                and server.owner.host == 'host'}

    @stateful.rule(name=st.sampled_from(NAMES))
    def launch(self, name):
        if name not in self.alive():
            self.fleet.note(self.ec2.launch(name))
            self.known.add(name)

    @stateful.rule(name=st.sampled_from(NAMES))
    def launch_of_another_host(self, name):
        self.fleet.note(self.ec2.launch(name, host='other'))

    @stateful.rule(data=st.data())
    def change(self, data):
        movable = sorted(one for one, server in self.ec2.instances.items()
                         if NEXT[server.state])
        if movable:
            one = data.draw(st.sampled_from(movable))
            state = self.ec2.instances[one].state
            self.ec2.change(one, data.draw(st.sampled_from(NEXT[state])))

    @stateful.rule()
    def an_hour_passes(self):
        self.clock.advance(3600)
        for one, server in list(self.ec2.instances.items()):
            if server.state is ServerState.TERMINATED:
                del self.ec2.instances[one]

    @stateful.rule(seconds=st.sampled_from([1, 59, 61]))
    def time_passes(self, seconds):
        self.clock.advance(seconds)

    @stateful.rule(data=st.data())
    def listings_leave_out(self, data):
        ids = sorted(self.ec2.instances)
        self.ec2.omitted = set(data.draw(
            st.lists(st.sampled_from(ids), unique=True)) if ids else ())

    @stateful.rule(failing=st.booleans())
    def reads_fail(self, failing):
        self.ec2.failing = failing

    @stateful.rule()
    def sweep(self):
        try:
            self.fleet.sweep()
        except exc.FleetUnavailable:
            assert self.ec2.failing
            return
        living = {name: server.instance_id
                  for name, server in self.alive().items()}
        shown = {server.owner.server_uuid: server
                 for server in self.fleet.servers()}
        # What lives and was known is shown, whatever the listing left out.
        for name in self.known & set(living):
            assert living[name] == shown[name].instance_id
        # Nothing is shown that EC2 has terminated and still tells of.
        for server in shown.values():
            there = self.ec2.instances.get(server.instance_id)
            assert there is None or (
                there.state is not ServerState.TERMINATED)

    @stateful.rule(name=st.sampled_from(NAMES))
    def locate(self, name):
        living = self.alive().get(name)
        try:
            found = self.fleet.locate(name)
        except exc.FleetUnavailable:
            assert self.ec2.failing
            return
        if living:
            assert found == living
        else:
            assert found is None or found.state.is_gone

    @stateful.invariant()
    def what_lives_and_was_known_is_not_called_gone(self):
        for name, server in self.alive().items():
            if name in self.known:
                seen = self.fleet.known(name)
                assert seen is not None
                if seen.state is ServerState.TERMINATED:
                    assert seen.instance_id != server.instance_id

    @stateful.invariant()
    def memory_is_bounded(self):
        assert len(self.fleet._entries) <= len(NAMES)
        assert len(self.fleet._gone) <= len(NAMES)


FleetMachine.TestCase.settings = hypothesis.settings(
    max_examples=150, stateful_step_count=40, deadline=None,
    derandomize=True, database=None)
FleetMachineTest = FleetMachine.TestCase
