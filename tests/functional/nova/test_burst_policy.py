# SPDX-License-Identifier: Apache-2.0
"""When servers go to EC2: hint, flavor, image, project, threshold."""

import os
import pathlib
from unittest import mock

import fixtures
from nova.scheduler import host_manager

from nova_ec2.policy.private_cloud import PrivateCloud
from nova_ec2.scheduler import threshold, told, utilisation
from tests.functional.nova import base

OTHER = 'ec2-other'


class BurstCase(base.NovaTestCase):
    """A private host and an EC2 host; the policies are in a file."""

    POLICIES = ''
    PRIVATE = True

    def _set_options(self):
        super()._set_options()
        self.path = pathlib.Path(self.useFixture(fixtures.TempDir()).path,
                                 'burst.yaml')
        self.write(self.POLICIES)
        self.flags(group='ec2_scheduler', policy_file=str(self.path))
        self.flags(
            group='filter_scheduler', enabled_filters=[
                'ComputeFilter', 'EC2MoveFilter', 'EC2BurstFilter'],
            available_filters=[
                'nova.scheduler.filters.all_filters',
                'nova_ec2.scheduler.filters.EC2MoveFilter',
                'nova_ec2.scheduler.burst_filter.EC2BurstFilter'],
            weight_classes=[
                'nova.scheduler.weights.all_weighers',
                'nova_ec2.scheduler.weighers.PrivateFirstWeigher'])

    def setUp(self):
        super().setUp()
        if self.PRIVATE:
            self.start_private()

    def write(self, text):
        """Replace the file of policies, as an editor does."""
        new = self.path.with_suffix('.new')
        new.write_text(text)
        os.replace(new, self.path)

    def project(self, policy):
        """What the project of the tests may."""
        self.write(f'projects:\n  {self.api.project_id}: {policy}\n')

    def asked(self, hint=None, **changes):
        """The body of a request with a hint."""
        body = self.request(**changes)
        if hint:
            body['os:scheduler_hints'] = {'ec2_burst': hint}
        return body

    def host_of(self, hint=None, **changes):
        """Where a server goes; it is deleted again."""
        made = self.api.post_server(self.asked(hint, **changes))
        server = self.until(made, 'ACTIVE')
        self.delete(server)
        return server['OS-EXT-SRV-ATTR:host']

    def why(self, hint=None, api=None, **changes):
        """The fault's words of a server that is refused."""
        made = (api or self.api).post_server(self.asked(hint, **changes))
        return self.until(made, 'ERROR')['fault']['message']


class PlacesTest(BurstCase):
    """Where servers go by what is said where."""

    def test_the_most_specific_and_never(self):
        never = self.glance.add(ec2_ami_id=self.emulator.ami,
                                ec2_burst='never')
        prefer = self.glance.add(ec2_ami_id=self.emulator.ami,
                                 ec2_burst='prefer')
        only = self.flavor(extra_specs={'ec2:burst': 'only'})
        for place, hint, changes in (
                ('private', None, {}),
                (base.HOST, 'prefer', {}),
                (base.HOST, 'only', {}),
                ('private', 'never', {}),
                (base.HOST, None, {'imageRef': prefer}),
                ('private', 'spill', {'imageRef': prefer}),
                (base.HOST, None, {'flavorRef': only}),
                ('private', 'only', {'imageRef': never}),
                ('private', None, {'imageRef': never, 'flavorRef': only})):
            self.assertEqual(place, self.host_of(hint, **changes),
                             (hint, changes))
        self.assertIn("scheduler hint ec2_burst: 'sometimes' is no policy",
                      self.why('sometimes'))
        # As soon as the file says it.
        self.project('only')
        self.assertEqual(base.HOST, self.host_of())
        self.assertEqual(base.HOST, self.host_of(imageRef=prefer))
        self.project('never')
        for changes in ({}, {'imageRef': prefer}, {'flavorRef': only}):
            self.assertEqual('private', self.host_of('only', **changes))
        self.write('default: only')
        self.assertEqual(base.HOST, self.host_of())


class ThresholdTest(BurstCase):
    """The private host has 7680 MiB to give away, a server takes 2048."""

    POLICIES = 'default: above:50%-40%'

    def _set_options(self):
        super()._set_options()
        # What was released is read at once.
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.scheduler.threshold._SECONDS', -1.0))

    def hosts(self, servers):
        return [server['OS-EXT-SRV-ATTR:host'] for server in servers]

    def test_above_and_below_again(self):
        self.assertEqual(-1.0, threshold._SECONDS)
        servers = [self.boot() for _ in range(4)]
        self.assertEqual(['private', 'private', base.HOST, base.HOST],
                         self.hosts(servers))
        for server in servers:
            self.delete(server)
        self.assertEqual('private', self.hosts([self.boot()])[0])

    def test_one_request_for_many(self):
        self.api.post_server(self.request(min_count=4))
        def there():
            found = self.admin_api.get_servers(search_opts={
                'all_tenants': 1})
            return len(found) == 4 and all(
                one['status'] == 'ACTIVE' for one in found) and found
        self.assertEqual(
            [base.HOST, base.HOST, 'private', 'private'],
            sorted(self.hosts(self.wait_until(there, 'all four'))))

    def test_too_large_for_any_private_host(self):
        large = self.flavor(memory_mb=8192)
        self.assertEqual(base.HOST, self.host_of(flavorRef=large))
        self.flags(group='ec2_scheduler', above_spills=False)
        words = self.why(flavorRef=large)
        self.assertIn('above:50%-40% (by default), the private hosts are at '
                      '0.0%', words)
        self.assertIn('none of them can take the server', words)

    def test_what_placement_tells_of_claims_and_releases(self):
        cloud = PrivateCloud(utilisation.get)
        provider, = cloud.providers()
        self.assertEqual(('private', 0), (
            provider.name, provider.room.memory_mb_used))
        server = self.boot()
        self.assertEqual(2048, cloud.room().memory_mb_used)
        self.delete(server)
        self.wait_until(lambda: not cloud.room(at_most=-1).memory_mb_used,
                        'the release')
        self.admin_api.put_service(
            self.admin_api.get_services(binary='nova-compute',
                                        host='private')[0]['id'],
            {'status': 'disabled'})
        self.wait_until(lambda: not cloud.providers(),
                        'the disabled host to count no more')


class StayHomeTest(BurstCase):
    """EC2 hosts only: what must stay at home is refused everywhere."""

    PRIVATE = False

    def setUp(self):
        super().setUp()
        self.neutron.ec2_hosts.add(OTHER)

    def failed(self, action, event):
        return self._wait_for_action_fail_completion(
            self.server, action, event)['details']

    def assert_told(self, action):
        self.assertIn('the policy for EC2 is never (by project), and no '
                      'private host is left', self.failed(action, told.EVENT))

    def test_builds(self):
        self.project('never')
        self.assertIn('the policy for EC2 is never (by project), and no '
                      'private host is left for the server', self.why('only'))
        # Past all filters.
        forced = {'availability_zone': f'nova:{base.HOST}'}
        self.assertIn(
            f'project {self.admin_api.project_id} in policy_file is never',
            self.why(api=self.admin_api, **forced))
        self.write('')
        flavor = self.flavor(extra_specs={'ec2:burst': 'never'})
        self.assertIn('ec2:burst of flavor', self.why(
            api=self.admin_api, flavorRef=flavor, **forced))
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                ec2_burst='never')
        self.assertIn('property ec2_burst of its image', self.why(
            api=self.admin_api, imageRef=image, **forced))
        self.assertEqual([], self.launches())

    def test_verbs_of_a_server_that_is_there(self):
        self.flags(allow_resize_to_same_host=True, shelved_offload_time=0)
        self.server = self.boot()
        other = self.start_ec2(OTHER)
        before = self.instance_of(self.server)
        never = self.flavor(extra_specs={'ec2:burst': 'never'})
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                ec2_burst='never')

        self.act(self.server, 'resize', {'flavorRef': never})
        self.assertIn('never (by flavor)', self.failed('resize', told.EVENT))
        self.until(self.server, 'ACTIVE')

        self.project('never')
        self.act(self.server, 'migrate', None, api=self.admin_api)
        self.assert_told('migrate')
        self.until(self.server, 'ACTIVE')
        self._evacuate(other)
        self.act(self.server, 'shelve')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.act(self.server, 'unshelve')
        self.assert_told('unshelve')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertEqual([before['instance_id']], [
            one['instance_id'] for one in self.control.instances()])

        # Nothing of it lasts.
        self.project('spill')
        self.act(self.server, 'unshelve')
        self.until(self.server, 'ACTIVE')
        self.act(self.server, 'rebuild', {'imageRef': image})
        self.assertIn('property ec2_burst of its image is never',
                      self.failed('rebuild', 'compute_rebuild_instance'))
        self.until(self.server, 'ACTIVE')
        self.act(self.server, 'rebuild', {'imageRef': self.image})
        self.wait_until(lambda: self.count('CreateReplaceRootVolumeTask'),
                        'the rebuild that may be')
        self.until(self.server, 'ACTIVE')

    def _evacuate(self, other):
        """Refused by the filter, and by the host where it is forced."""
        self.compute.stop()
        self.compute.service_ref.forced_down = True
        self.compute.service_ref.save()
        self.act(self.server, 'evacuate', {}, api=self.admin_api)
        self.assert_told('evacuate')
        server = self.until(self.server, 'ERROR')
        self.assertIn('never (by project)', server['fault']['message'])
        self.admin_api.microversion = '2.67'
        self.act(self.server, 'evacuate', {'host': OTHER, 'force': True},
                 api=self.admin_api)
        self.admin_api.microversion = 'latest'
        self.assertIn('in policy_file is never',
                      self.failed('evacuate', 'compute_rebuild_instance'))
        self.compute.service_ref.forced_down = False
        self.compute.service_ref.save()
        self.restart()
        self.act(self.server, 'os-resetState', {'state': 'active'},
                 api=self.admin_api)


class MistakeTest(BurstCase):
    START = PRIVATE = False

    def test_it_stops_the_services_with_file_line_and_field(self):
        self.write('projects:\n  mine: perhaps\n')
        # What nova-scheduler loads its filters with.
        for start in (host_manager.HostManager,
                      lambda: self.start_ec2(base.HOST)):
            with mock.patch('oslo_log.log.KeywordArgumentAdapter.critical'
                            ) as critical:
                self.assertRaises(SystemExit, start)
            self.assertIn(f"{self.path} line 2: projects.mine: 'perhaps' is "
                          f'no policy', str(critical.call_args))
