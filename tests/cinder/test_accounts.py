# SPDX-License-Identifier: Apache-2.0
"""Volumes are in the account that their project had when they were made."""

from cinder.tests.functional.api import client

from tests.cinder import base
from tests.cinder.test_connections import HERE, SERVER
from tests.functional.fixtures.accounts import HOME, OTHER, AccountsFile

ARN = f'arn:aws:iam::{OTHER}:role/nova-ec2'
TABLE = f'''
accounts:
  research: {{account_id: '{OTHER}', role_arn: '{ARN}', external_id: 5f0c}}
default: research
'''


class AccountsTestCase(base.CinderTestCase):
    ROLE = True

    def _get_flags(self):
        self.file = self.useFixture(AccountsFile(TABLE)).path
        if self.ROLE:
            self.control.role(ARN, external_id='5f0c')
        return {**super()._get_flags(),
                'accounts_file': {'v': str(self.file), 'g': 'ec2'}}

    def remap(self, account):
        self.file.write_text(TABLE.replace('default: research',
                                           f'default: {account}'))

    def volumes(self):
        """How many EBS volumes each account has."""
        found = {one['account_id']: len(one['volumes'])
                 for one in self.control.resources()
                 if one['region'] == 'us-east-1'}
        return found.get(HOME, 0), found.get(OTHER, 0)

    def attach(self, volume, **changes):
        return self.api.api_post('/attachments', {'attachment': {
            'instance_uuid': SERVER, 'connector': {**HERE, **changes},
            'volume_uuid': volume['id']}})['attachment']


class StayTest(AccountsTestCase):

    def test_it_stays_with_all_that_is_made_of_it(self):
        volume, other, refused = self.make(), self.make(), self.make()
        self.assertEqual((0, 3), self.volumes())
        self.assertRaises(client.OpenStackApiException, self.attach, refused)
        self.assertEqual('ebs', self.attach(other, account='research')[
            'connection_info']['driver_volume_type'])
        self.remap('default')
        snapshot = self.snapshot(volume)
        made = [self.make(snapshot_id=snapshot['id']),
                self.make(source_volid=volume['id'])]
        self.assertEqual((0, 5), self.volumes())
        here = self.make()
        self.assertEqual((1, 5), self.volumes())
        self.attach(here)
        self.delete_snapshot(snapshot)
        for one in (volume, *made):
            self.delete(one)
        self.assertEqual((1, 2), self.volumes())

    def test_one_that_cinder_did_not_note_is_found_by_its_tags(self):
        volume = self.make()
        self.note(volume, '')
        self.remap('default')
        self.delete(volume)
        self.assertEqual((0, 0), self.volumes())


class TroubleTest(AccountsTestCase):
    ROLE = False

    def test_an_account_that_cannot_be_entered_fails_its_own(self):
        self.until(self.create(), 'error')
        self.remap('default')
        self.make()
        self.assertEqual((1, 0), self.volumes())
