# SPDX-License-Identifier: Apache-2.0
"""Projects in AWS accounts of their own."""

from nova.tests.functional.api import client as api_client

from tests.functional.fixtures.accounts import (
    ARN,
    EXTERNAL_ID,
    HOME,
    OTHER,
    TABLE,
    THERE,
    AccountsFile,
)
from tests.functional.fixtures.crash import CrashAt
from tests.functional.nova import base
from tests.functional.nova.test_mapping import ED25519


class AccountsTestCase(base.NovaTestCase):
    """A cloud with two accounts; the ordinary project is in the first."""

    TABLE = TABLE
    ROLE = True

    def _set_options(self):
        super()._set_options()
        # The ordinary project needs no mapping.
        self.file = self.useFixture(AccountsFile(self.TABLE)).path
        self.flags(group='ec2', accounts_file=str(self.file))
        if self.ROLE:
            self.control.role(ARN, external_id=EXTERNAL_ID)

    def setUp(self):
        super().setUp()
        self.there = api_client.TestOpenStackClient(
            'there', self.api_fixture.base_url, project_id=THERE,
            roles=['reader', 'member'])
        self.there.microversion = 'latest'

    def account_of(self, server):
        return self.instance_of(server)['account_id']

    def living(self):
        """Account numbers of what lives."""
        return sorted(one['account_id'] for one in self.emulator.living())

    def resources_of(self, account):
        return next((one for one in self.control.resources()
                     if one['account_id'] == account
                     and one['region'] == 'us-east-1'), {})

    def refused_there(self, **changes):
        server = self.until(self.create(self.there, **changes), 'ERROR')
        return server['fault']['message']


class SeparationTest(AccountsTestCase):
    """Neither project reaches what the other has."""

    def setUp(self):
        super().setUp()
        for api in (self.api, self.there):
            api.api_post('/os-keypairs', {'keypair': {
                'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        group = self.there.post_server_groups(
            {'name': 'apart', 'policy': 'anti-affinity'})
        self.here_one = self.boot(key_name='mine')
        self.there_one = self.boot(self.there, key_name='mine')
        self.grouped = self.until(self.there.post_server(
            self.request() | {'os:scheduler_hints': {
                'group': group['id']}}), 'ACTIVE')

    def test_call_by_call(self):
        self.assertEqual([HOME, OTHER, OTHER], self.living())
        self.assertEqual([HOME, OTHER, OTHER], [
            self.account_of(one) for one in (
                self.here_one, self.there_one, self.grouped)])
        self.assert_keys_and_groups()
        self.assert_nova_hides()
        self.assert_images()
        self.assert_volumes()
        self.assert_calls()
        for api, server in ((self.there, self.grouped),
                            (self.there, self.there_one),
                            (self.api, self.here_one)):
            api.delete_server(server['id'])
            self.until_deleted(server)

    def assert_keys_and_groups(self):
        here, there = map(self.resources_of, (HOME, OTHER))
        self.assertEqual((1, 1), (len(here['key_pairs']),
                                  len(there['key_pairs'])))
        self.assertEqual(({}, ['spread']), (
            here['placement_groups'],
            list(there['placement_groups'].values())))

    def assert_nova_hides(self):
        for api, server in ((self.there, self.here_one),
                            (self.api, self.there_one)):
            for call in (api.get_server, api.delete_server):
                self.assertRaises(
                    api_client.OpenStackApiNotFoundException, call,
                    server['id'])

    def assert_images(self):
        image_id = self.act(self.here_one, 'createImage',
                            {'name': 'saved'})['image_id']
        image = self.wait_until(
            lambda: self.glance.images[image_id]['status'] == 'active'
            and self.glance.images[image_id], 'the image')
        self.until(self.here_one, 'ACTIVE')
        ami = image['properties']['ec2_ami_id']
        # A tenant names another account's snapshot, and a private AMI.
        self.assertIn('its own Glance image only', self.refused_there(
            imageRef=self.glance.add(ec2_ami_id=ami)))
        plain = self.ec2.create_image(
            InstanceId=self.instance_of(self.here_one)['instance_id'],
            Name='plain', NoReboot=True)['ImageId']
        self.ec2.get_waiter('image_available').wait(
            ImageIds=[plain], WaiterConfig={'Delay': 1})
        words = self.refused_there(
            imageRef=self.glance.add(ec2_ami_id=plain))
        self.assertIn(f'{plain} is of account default ({HOME})', words)
        self.assertIn(f'account research ({OTHER})', words)
        self.assertEqual([], self.permissions(ami) + self.permissions(plain))
        # Its owner lets everybody have it.
        image['visibility'] = 'public'
        server = self.boot(self.there, imageRef=image_id)
        self.assertEqual((OTHER, ami), (
            self.account_of(server), self.instance_of(server)['image_id']))
        self.assertEqual([{'UserId': OTHER}], self.permissions(ami))
        # Now this account sees it, and its tags still decide.
        self.assertIn('its own Glance image only', self.refused_there(
            imageRef=self.glance.add(ec2_ami_id=ami)))
        self.there.delete_server(server['id'])
        self.until_deleted(server)

    def permissions(self, ami):
        return self.ec2.describe_image_attribute(
            ImageId=ami, Attribute='launchPermission')['LaunchPermissions']

    def assert_volumes(self):
        volume = self.cinder.add()
        self.there.post_server_volume(self.there_one['id'], {
            'volumeAttachment': {'volumeId': volume}})
        self._wait_for_action_fail_completion(
            self.there_one, 'attach_volume', 'compute_attach_volume')
        self.assertEqual([], self.cinder.described(volume)['Attachments'])

    def assert_calls(self):
        """Whatever names an instance was sent in its account."""
        owners = {one['instance_id']: one['account_id']
                  for one in self.control.instances()}
        for call in self.control.calls():
            for value in call['params'].values():
                if value in owners:
                    self.assertEqual(owners[value], call['account_id'], call)


class RemappingTest(AccountsTestCase):

    def test_what_was_made_in_an_account_stays_there(self):
        stays, moves = self.boot(self.there), self.boot(self.there)
        # An account with servers does not vanish, nor does a bad file count.
        for table in ('accounts: {research: {}}', 'projects: {}\n'):
            self.file.write_text(table)
            self.boot(self.there)
        self.assertEqual([OTHER] * 4, self.living())
        self.file.write_text(TABLE.replace(f'{THERE}: research',
                                           f'{THERE}: default'))
        self.assertEqual(HOME, self.account_of(self.boot(self.there)))
        self.restart()
        self.sync_power()
        self.act(stays, 'os-stop', api=self.there)
        self.until(stays, 'SHUTOFF')
        self.act(stays, 'os-start', api=self.there)
        self.assertEqual('running', self.instance_of(
            self.until(stays, 'ACTIVE'))['state'])
        self.assertEqual([HOME] + [OTHER] * 4, self.living())
        # Out of band, in an account that no project has any more.
        instance_id = self.instance_of(stays)['instance_id']
        self.control.act('stop', instance_id)
        self.until_state(instance_id, 'stopped')
        self.sync_power()
        self.until(stays, 'SHUTOFF')
        # An unshelved server goes where the project is now.
        self.flags(shelved_offload_time=0)
        self.act(moves, 'shelve', api=self.there)
        self.until(moves, 'SHELVED_OFFLOADED')
        self.act(moves, 'unshelve', api=self.there)
        self.until(moves, 'ACTIVE')
        self.assertEqual([HOME] * 2 + [OTHER] * 3, self.living())


class TroubleTest(AccountsTestCase):
    ROLE = False

    def test_a_role_that_cannot_be_assumed_fails_its_projects_builds(self):
        words = self.refused_there()
        self.assertIn(f'account research ({OTHER}) cannot be entered', words)
        self.assertIn('AccessDenied', words)
        server = self.boot()
        self.sync_power()
        self.until(server, 'ACTIVE')
        self.control.role(ARN, external_id='another')
        self.assertIn('AccessDenied', self.refused_there())
        self.control.role(ARN, external_id=EXTERNAL_ID)
        self.boot(self.there)
        self.assertEqual([HOME, OTHER], self.living())


class UnmappedTest(AccountsTestCase):

    def _set_options(self):
        super()._set_options()
        self.flags(group='ec2', unmapped_projects='refuse')

    def test_a_project_without_an_account_is_refused(self):
        server = self.until(self.create(), 'ERROR')
        self.assertIn(f'no AWS account serves project '
                      f'{self.api.project_id}', server['fault']['message'])
        self.assertEqual(0, self.count('RunInstances'))
        self.delete(server)
        self.assertEqual(OTHER, self.account_of(self.boot(self.there)))


class CrashTest(AccountsTestCase):

    def test_a_launch_that_nova_did_not_note_is_undone_in_its_account(self):
        crash = self.useFixture(CrashAt('run_instances', after=True))
        server = self.create(self.there)
        self.assertTrue(crash.dead.wait(base.PATIENCE))
        manager = self.compute.manager
        self.wait_until(lambda: not manager._in_progress_tasks,
                        'the build of the dead process to end')
        self.assertEqual([OTHER], self.living())
        crash.over()
        self.restart()
        self.until(server, 'ERROR', fault=False)
        self.wait_until(lambda: not self.living(), 'its end')
        self.assertEqual('research', self.record(
            server).system_metadata['ec2_account'])
