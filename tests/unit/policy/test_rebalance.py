# SPDX-License-Identifier: Apache-2.0
"""Who comes home, in which order, and how many."""

import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nova_ec2.policy import rebalance
from nova_ec2.policy.rebalance import Candidate, Host
from nova_ec2.policy.room import Room


def server(name, disk_gb=10, runs=True, vcpus=1, memory_mb=1024):
    return Candidate(name, name, 'p', vcpus, memory_mb, disk_gb, runs)


def host(name, vcpus, used=0, disk_gb=None):
    return Host(name, Room(vcpus, used, vcpus * 1024, used * 1024), disk_gb)


SERVERS = st.lists(st.builds(
    server, st.uuids().map(str), st.integers(0, 100), st.booleans(),
    st.integers(1, 8), st.integers(1, 16384)), max_size=12)
HOSTS = st.lists(st.builds(
    host, st.sampled_from('abcdef'), st.integers(0, 16), st.integers(0, 16),
    st.one_of(st.none(), st.integers(0, 200))), max_size=5,
    unique_by=lambda one: one.name)


class PlanTest(unittest.TestCase):

    def names(self, servers, hosts, until=100):
        return [move.server.name
                for move in rebalance.plan(servers, hosts, until)]

    def test_little_data_first_and_the_stopped_before_the_running(self):
        self.assertEqual(
            ['stopped', 'large', 'small', 'much'],
            self.names([server('much', 50), server('small'),
                        server('stopped', runs=False),
                        server('large', vcpus=4)], [host('a', 16)]))

    def test_until_the_utilisation_and_no_further(self):
        servers = [server(name) for name in 'abcdef']
        self.assertEqual(['a', 'b', 'c'],
                         self.names(servers, [host('h', 10, 4)], 70))
        self.assertEqual([], self.names(servers, [host('h', 10, 7)], 70))
        self.assertEqual([], self.names(servers, []))

    def test_it_must_fit_on_one_host(self):
        hosts = [host('a', 4, 2), host('b', 4, 2)]
        self.assertEqual([], self.names([server('s', vcpus=3)], hosts))
        self.assertEqual(['s'], self.names([server('s', vcpus=2)], hosts))

    def test_disks_that_are_the_hosts_own(self):
        self.assertEqual(['small'], self.names(
            [server('small', 5), server('large', 50)],
            [host('a', 8, disk_gb=40)]))

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(SERVERS, HOSTS, st.integers(0, 100))
    def test_nobody_is_sent_where_there_is_no_room(
            self, servers, hosts, until):
        moves = rebalance.plan(servers, hosts, until)
        ids = [move.server.server_id for move in moves]
        self.assertEqual(len(set(ids)), len(ids))
        for one in hosts:
            room = one.room
            its = [move.server for move in moves if move.host == one.name]
            for each in its:
                room += each.size
            if its:
                self.assertLessEqual(room.vcpus_used, room.vcpus)
                self.assertLessEqual(room.memory_mb_used, room.memory_mb)
                if one.disk_gb is not None:
                    self.assertLessEqual(
                        sum(each.disk_gb for each in its), one.disk_gb)
        if moves:
            total = sum((one.room for one in hosts), Room())
            for move in moves:
                total += move.server.size
            self.assertLessEqual(total.utilisation, until + 1e-9)
        data = [move.server.disk_gb for move in moves]
        self.assertEqual(sorted(data), data)
