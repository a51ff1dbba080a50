# SPDX-License-Identifier: Apache-2.0
"""The EBS driver inside real Cinder, in front of an emulated EC2.

API, scheduler and volume service run in this process; EC2 is asked over HTTP.
"""

import importlib.metadata
import time

from cinder import context, objects, service
from cinder.tests.functional import functional_helpers
from cinder.tests.functional.api import client
from cinder.volume import configuration
from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2.conf import cinder as options
from tests.functional.fixtures.emulator import Emulator

CONF = cfg.CONF
CLOUD = 'cloud-test'
ZONE = 'us-east-1a'
BACKEND = configuration.SHARED_CONF_GROUP

PATIENCE = 30


class CinderTestCase(functional_helpers._FunctionalTestBase):
    """A Cinder with one back end.

    :cvar EMULATOR: settings of the emulator
    """

    _osapi_version = '3.70'
    EMULATOR: dict = {'volume_seconds': 0.1}
    # Not in the wheel, and not needed here.
    RESOURCE_FILTER_PATH = '/dev/null'

    def setUp(self):
        self.emulator = Emulator(**self.EMULATOR)
        self.emulator.setUp()
        self.addCleanup(self.emulator.cleanUp)
        self.control, self.ec2 = self.emulator.control, self.emulator.ec2
        super().setUp()
        self.assertTrue(self.volume.manager.driver.initialized)

    def _get_flags(self):
        ec2_conf.register_opts(CONF)
        CONF.register_opts(options.OPTIONS, group=BACKEND)
        flags = super()._get_flags()
        for group, values in (
                (BACKEND, {
                    'volume_driver': 'nova_ec2.cinder.driver.EBSDriver',
                    'ebs_availability_zone': ZONE,
                    'ebs_poll_interval': 0.05}),
                ('ec2', {
                    'cloud_id': CLOUD, 'region_name': 'us-east-1',
                    'endpoint_url': self.emulator.endpoint_url,
                    'access_key_id': self.emulator.access_key_id,
                    'secret_access_key': self.emulator.secret_access_key})):
            for name, value in values.items():
                flags[name] = {'v': value, 'g': group}
        return flags

    def _start_api_service(self):
        CONF.api_paste_config = next(
            str(file.locate()) for file in importlib.metadata.files('cinder')
            if file.name == 'api-paste.ini')
        self.osapi = service.WSGIService('osapi_volume')
        self.osapi.start()
        self.auth_url = f'http://{self.osapi.host}:{self.osapi.port}/v3'

    # Cinder's side

    def create(self, size=1, **more):
        """Ask for a volume, and do not wait for it."""
        return self.api.post_volume({'volume': {'size': size, **more}})

    def make(self, size=1, **more):
        """A volume that is available."""
        return self.until(self.create(size, **more), 'available')

    def until(self, volume, status):
        """Wait for a volume's status."""
        return self._until(lambda: self.api.get_volume(volume['id']), status)

    def snapshot(self, volume):
        """A snapshot that is available."""
        return self.until_snapshot(self.create_snapshot(volume), 'available')

    def create_snapshot(self, volume):
        """Ask for a snapshot, and do not wait for it."""
        return self.api.post_snapshot({'snapshot': {
            'volume_id': volume['id'], 'force': True}})

    def until_snapshot(self, snapshot, status):
        """Wait for a snapshot's status."""
        return self._until(lambda: self.api.get_snapshot(snapshot['id']),
                           status)

    def delete_snapshot(self, snapshot):
        """Delete a snapshot and see it gone."""
        self.api.delete_snapshot(snapshot['id'])
        self.until_gone(self.api.get_snapshot, snapshot)

    def _until(self, read, status):
        def arrived():
            seen = read()
            if seen['status'].startswith('error') and seen[
                    'status'] != status:
                self.fail(f'{seen["status"]}, not {status}')
            return seen['status'] == status and seen
        return self.wait_until(arrived, status)

    def action(self, volume, name, argument, fails=False):
        """POST /volumes/{id}/action; what it came to is read elsewhere.

        :param fails: that Cinder's API refuses it is well, too
        """
        try:
            self.api.api_post(f'/volumes/{volume["id"]}/action',
                              {name: argument},
                              check_response_status=[200, 202])
        except client.OpenStackApiException:
            if not fails:
                raise

    def host(self):
        """The back end, as Cinder names it in a volume."""
        return self.volume.manager.host + '#' + self.pool()

    def pool(self):
        """The back end's only pool."""
        return self.volume.manager.driver.get_volume_stats()[
            'volume_backend_name']

    def note(self, volume, ebs_id):
        """Write another EBS id into Cinder's database."""
        found = objects.Volume.get_by_id(context.get_admin_context(),
                                         volume['id'])
        found.provider_id = ebs_id
        found.provider_location = None
        found.save()

    def delete(self, volume):
        """Delete a volume and see it gone."""
        self.api.delete_volume(volume['id'])
        self.until_gone(self.api.get_volume, volume)

    def until_gone(self, read, what):
        """Wait until Cinder no longer shows it."""
        def gone():
            try:
                read(what['id'])
            except client.OpenStackApiException404:
                return True
            return False
        self.wait_until(gone, 'its end')

    def kind(self, name, **specs):
        """A volume type; ``ebs_iops`` is the extra spec ``ebs:iops``."""
        self.api.api_post('/types', {'volume_type': {
            'name': name, 'extra_specs': {
                key.replace('ebs_', 'ebs:'): value
                for key, value in specs.items()}}})
        return name

    # EC2's side

    def ebs(self, volume):
        """The one EBS volume that stands for a volume."""
        found = self.tagged('nova-ec2:volume', volume['id'])
        self.assertEqual(1, len(found), found)
        return found[0]

    def tagged(self, key, value):
        """EBS volumes with a tag."""
        return self.ec2.describe_volumes(Filters=[
            {'Name': f'tag:{key}', 'Values': [value]}])['Volumes']

    def own_snapshots(self):
        """The account's snapshots of volumes."""
        return [one for one in self.ec2.describe_snapshots(
            OwnerIds=['self'])['Snapshots'] if one.get('Tags')]

    def assert_nothing_left(self):
        """No volume and no snapshot."""
        self.wait_until(
            lambda: not self.ec2.describe_volumes()['Volumes'], 'volumes')
        self.assertEqual([], self.own_snapshots())

    def wait_until(self, condition, what):
        """Wait for something true and return it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            if time.monotonic() > deadline:
                self.fail(f'waited {PATIENCE} s for {what}')
            time.sleep(0.05)
        return found
