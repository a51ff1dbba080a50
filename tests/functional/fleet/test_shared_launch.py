# SPDX-License-Identifier: Apache-2.0
"""Many servers by one RunInstances: each knows its own, none is lost."""

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.models import tags
from nova_ec2.models.launch import Candidate
from tests.functional.fleet import base


class SharedLaunchTest(base.FleetTest):

    def test_servers_that_are_alike_share_a_call(self):
        requests = [self.request(f'web-{number}') for number in range(30)]
        servers = self.at_once(self.launcher.launch, *requests)
        self.assertEqual(1, len(self.calls('RunInstances')))
        self.assertEqual(30, len({one.instance_id for one in servers}))
        seen = {one['instance_id']: one['tags']
                for one in self.emulator.living()}
        for request, server in zip(requests, servers, strict=True):
            self.assertEqual(request.owner, server.owner)
            own = seen[server.instance_id]
            self.assertEqual(dict(request.tags)[tags.NAME], own[tags.NAME])
            self.assertEqual(request.owner.server_uuid, own[tags.SERVER])

    def test_while_ec2_has_room_for_calls_each_is_launched_alone(self):
        """A shared call costs one more for each server's own tags."""
        launcher = Launcher(self.ec2.instances, self.fleet, Offerings(),
                            timeout=60)
        self.at_once(launcher.launch, *[self.request() for _ in range(3)])
        self.assertEqual(3, len(self.calls('RunInstances')))
        self.assertEqual([], self.calls('CreateTags'))

    def test_servers_that_differ_do_not(self):
        one = self.request()
        other = self.request(user_data=b'#!/bin/sh\n')
        self.at_once(self.launcher.launch, one, other)
        self.assertEqual(2, len(self.calls('RunInstances')))

    def test_servers_of_two_projects_do_not(self):
        """A guest reads its tags, the names of the others among them."""
        one, other = self.request(), self.request()
        changed = dict(other.tags) | {tags.PROJECT: 'project-2'}
        other = self.request(tags=tuple(changed.items()))
        self.at_once(self.launcher.launch, one, other)
        self.assertEqual(2, len(self.calls('RunInstances')))

    def test_a_requested_address_is_launched_alone(self):
        free = self.subnet.cidr.rpartition('.')[0] + '.77'
        chosen = self.request()
        asked = self.request(interfaces=(base.InterfaceRequest(
            self.subnet.subnet_id, private_address=free),))
        servers = self.at_once(self.launcher.launch, chosen, asked)
        self.assertEqual(2, len(self.calls('RunInstances')))
        self.assertEqual(free, servers[1].private_address)

    def test_after_a_crash_each_member_is_found_by_the_manifest(self):
        """No server got its own tags: the launch call alone names them."""
        self.control.fault('error', 'CreateTags', code='UnauthorizedOperation',
                           message='no', status=403)
        requests = [self.request(f'n{number}') for number in range(13)]
        servers = self.at_once(self.launcher.launch, *requests)
        restarted = self.new_fleet()
        restarted.sweep()
        self.assertEqual(
            {request.owner.server_uuid: server.instance_id
             for request, server in zip(requests, servers, strict=True)},
            {one.owner.server_uuid: one.instance_id
             for one in restarted.servers()})

    def test_a_lost_reply_is_settled_by_the_token(self):
        self.control.fault('reset_after', 'RunInstances', times=1)
        servers = self.at_once(
            self.launcher.launch, *[self.request() for _ in range(5)])
        self.assertEqual(5, len({one.instance_id for one in servers}))
        self.assertEqual(5, len(self.emulator.living()))

    def test_a_reply_that_stays_lost_leaves_no_server_unfound(self):
        self.control.fault('reset_after', 'RunInstances', times=0)
        requests = [self.request() for _ in range(3)]
        for error in self.at_once(self.launcher.launch, *requests):
            self.assertIsInstance(error, exc.OutcomeUnknown)
        self.assertEqual(3, len(self.emulator.living()))
        for request in requests:
            found = self.fleet.locate(request.owner.server_uuid)
            self.assertEqual(request.owner, found.owner)

    def test_without_capacity_all_move_to_the_next_candidate(self):
        self.control.no_capacity('t3.micro')
        fallback = Candidate('t3.small', base.ZONE)
        servers = self.at_once(self.launcher.launch, *[
            self.request(candidates=(base.TYPE, fallback))
            for _ in range(6)])
        self.assertEqual({'t3.small'},
                         {one.instance_type for one in servers})
        self.assertEqual(2, len(self.calls('RunInstances')))

    def test_a_quota_that_fits_some_lets_these_through(self):
        self.control.settings(vcpu_limit=4)
        told = self.at_once(self.launcher.launch,
                            *[self.request() for _ in range(4)])
        refused = [one for one in told if isinstance(one, Exception)]
        self.assertEqual(2, len(refused))
        for error in refused:
            self.assertIsInstance(error, exc.QuotaExceeded)
            self.assertEqual('VcpuLimitExceeded', error.code)
        self.assertEqual(2, len(self.emulator.living()))
