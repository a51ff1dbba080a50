# SPDX-License-Identifier: Apache-2.0
"""The driver inside real Nova, in front of an emulated EC2.

API, scheduler, conductor and computes run in this process with Placement
beside them; only Neutron and Glance are Nova's own fixtures. EC2 is asked
over HTTP. Tests look at both ends: Nova's API and the emulator's truth.
"""

import base64
import functools
import importlib.metadata
import importlib.util
import logging
import pathlib
import time

import fixtures
import nova.conf
from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects, test
from nova.tests import fixtures as nova_fixtures
from nova.tests.functional import integrated_helpers
from nova.tests.functional.api import client as api_client

from nova_ec2 import conf as ec2_conf
from tests.functional.fixtures.catalogue import Catalogue
from tests.functional.fixtures.cells import CellReads
from tests.functional.fixtures.cinder import Cinder
from tests.functional.fixtures.economy import Economy
from tests.functional.fixtures.emulator import Emulator
from tests.functional.fixtures.glance import Glance
from tests.functional.fixtures.identity import HostIdentities
from tests.functional.fixtures.neutron import Neutron
from tests.functional.fixtures.placement import Placement
from tests.functional.fixtures.threads import DriverThreads

CONF = nova.conf.CONF
ec2_conf.register_opts(CONF)

CLOUD = 'cloud-test'
HOST = 'ec2-us-east-1a'
ZONE = 'us-east-1a'
SMALL = '2'
"""A flavor of Nova's: 1 vCPU, 2048 MiB, 20 GiB."""

# Long enough for the slowest machine; nobody waits so long for a success.
PATIENCE = 120


class NovaTestCase(test.TestCase,
                   integrated_helpers.PlacementInstanceHelperMixin):
    """A cloud with one EC2 host; subclasses may start others.

    :cvar EMULATOR: settings of the emulator
    :cvar START: whether setUp starts the EC2 host
    :cvar EC2_FIRST: whether the scheduler prefers it to others
    """

    REQUIRES_LOCKING = True
    EMULATOR: dict = {}
    START = True
    EC2_FIRST = False

    def setUp(self):
        self.useFixture(Economy())
        self.useFixture(CellReads())
        super().setUp()
        if importlib.util.find_spec('nova.virt.ec2') is None:
            self.fail('nova.virt.ec2 cannot be imported: install this '
                      'package, an editable install will do')
        self.emulator = self.useFixture(Emulator(**self.EMULATOR))
        self.control, self.ec2 = self.emulator.control, self.emulator.ec2
        self._set_options()
        self.useFixture(DriverThreads())
        self.useFixture(HostIdentities())
        self.useFixture(Catalogue())
        # A line for each poll would bury what matters.
        logging.getLogger('nova.api.openstack.requestlog').setLevel(
            logging.WARNING)
        self._start_cloud()
        self.image = self.glance.add(ec2_ami_id=self.emulator.ami)
        if self.START:
            self.compute = self.start_ec2()

    def _set_options(self):
        paste = pathlib.Path(self.useFixture(fixtures.TempDir()).path,
                             'api-paste.ini')
        paste.write_text(_api_paste())
        self.flags(group='wsgi', api_paste_config=str(paste))
        self.flags(group='quota', cores=-1, ram=-1)
        subnet = self.emulator.default_subnet(ZONE)
        self.subnet_id, self.cidr = subnet['SubnetId'], subnet['CidrBlock']
        self.flags(compute_driver='ec2.EC2Driver',
                   max_concurrent_builds=10, sync_power_state_interval=-1)
        self.flags(
            group='ec2', cloud_id=CLOUD, region_name='us-east-1',
            availability_zone=ZONE, endpoint_url=self.emulator.endpoint_url,
            access_key_id=self.emulator.access_key_id,
            secret_access_key=self.emulator.secret_access_key,
            sweep_interval=0.2, transition_interval=0.05,
            image_interval=0.05, launch_timeout=PATIENCE)

    def _start_cloud(self):
        self.neutron = self.useFixture(Neutron(self, self.cidr, [HOST]))
        self.glance = self.useFixture(Glance(self))
        self.cinder = self.useFixture(Cinder(
            self, self.ec2, zone=ZONE, cloud=CLOUD, ami_of=self.ami_of))
        self.placement = self.useFixture(Placement()).api
        self.useFixture(nova_fixtures.AllServicesCurrent())
        self.notifier = self.useFixture(
            nova_fixtures.NotificationFixture(self))
        # Nova's helpers ask for it by this name.
        self.api_fixture = self.useFixture(
            nova_fixtures.OSAPIFixture(api_version='v2.1'))
        self.api = self.api_fixture.api
        self.admin_api = self.api_fixture.admin_api
        self.api.microversion = self.admin_api.microversion = 'latest'
        if self.EC2_FIRST:
            self.flags(group='filter_scheduler', weight_classes=[
                'tests.functional.nova.weighers.EC2First'])
        self.start_service('conductor')
        self.start_service('scheduler')
        self.addCleanup(self._stop_computes)

    def ami_of(self, image_id):
        """The AMI of a Glance image."""
        image = self.glance.show(None, image_id)
        return image['properties'].get('ec2_ami_id', '')

    def _stop_computes(self):
        for compute in self.computes.values():
            compute.stop()

    # Hosts

    def start_ec2(self, host=HOST):
        """Start a host of this driver and return its service."""
        self.flags(compute_driver='ec2.EC2Driver')
        return self._start_compute(host)

    def start_private(self, host='private'):
        """Start a host of Nova's fake driver."""
        self.flags(compute_driver='fake.SmallFakeDriver')
        try:
            return self._start_compute(host)
        finally:
            self.flags(compute_driver='ec2.EC2Driver')

    def restart(self, compute=None):
        """Stop a host and start it anew, as a new process would."""
        compute = compute or self.compute
        self.computes[compute.host] = self.restart_compute_service(
            compute, keep_hypervisor_state=False)
        if compute is self.compute:
            self.compute = self.computes[compute.host]
        return self.computes[compute.host]

    @property
    def driver(self):
        """The EC2Driver of the first host."""
        return self.compute.manager.driver

    def sync_power(self):
        """One round of Nova's power sync, seen to its end."""
        manager = self.compute.manager
        manager._sync_power_states(self.admin_context())
        self.wait_until(lambda: not manager._syncs_in_progress,
                        'the power sync to end')

    @staticmethod
    def admin_context():
        """A context as Nova's periodic tasks have it."""
        return nova_context.get_admin_context()

    # Servers

    def request(self, **changes):
        """The body of POST /servers for an ordinary server."""
        user_data = changes.pop('user_data', None)
        body = {'name': 'web', 'imageRef': self.image, 'flavorRef': SMALL,
                'networks': 'auto', **changes}
        if user_data is not None:
            body['user_data'] = base64.b64encode(user_data).decode()
        return {'server': body}

    def create(self, api=None, **changes):
        """Ask for a server, and do not wait for it."""
        return (api or self.api).post_server(self.request(**changes))

    def boot(self, api=None, **changes):
        """A server that runs."""
        return self.until(self.create(api, **changes), 'ACTIVE')

    def until(self, server, status, task_state=None, fault=True):
        """Wait for a status; an ERROR that nobody expects ends the wait.

        So does a server that is ACTIVE and at rest where ERROR is expected.

        :param fault: ERROR comes with a fault, a moment later

        :returns: the server as Nova's API shows it to an administrator
        """
        looked_at, looks = None, 0

        def arrived():
            nonlocal looked_at, looks
            state = self._state(server['id'])
            looks += 1
            if (self._is_on_its_way(state, status, task_state)
                    or (state and state == looked_at)
                    # Mostly it is in no cell yet, seldom it failed there.
                    or (not state and status != 'ERROR' and looks % 10)):
                return False
            looked_at = state if 'error' not in state else None
            seen = self.admin_api.get_server(server['id'])
            settled = seen['OS-EXT-STS:task_state'] is None
            if seen['status'] == 'ERROR' != status or (
                    seen['status'] == 'ACTIVE' and settled
                    and status == 'ERROR'):
                self.fail(f'server {seen["status"]}, not {status}: '
                          f'{seen.get("fault")}')
            return (seen['status'] == status
                    and seen['OS-EXT-STS:task_state'] == task_state
                    and (status != 'ERROR' or not fault or 'fault' in seen)
                    and seen)
        return self.wait_until(arrived, f'status {status}')

    @staticmethod
    def _is_on_its_way(state, status, task_state):
        """Whether there is no need yet to ask the API for a server."""
        if not state or 'error' in state:
            return False
        vm_state, on_task, *_ = state
        return (on_task not in (task_state, None)
                or (vm_state == 'building' and status != 'BUILD'))

    def _state(self, server_id):
        """What Nova's database says; asking the API takes far longer.

        Nothing of a server that is in no cell yet or for which no host was
        found.
        """
        try:
            record = objects.Instance.get_by_uuid(
                self.admin_context(), server_id, expected_attrs=[])
        except nova_exc.InstanceNotFound:
            return ()
        return (record.vm_state, record.task_state, record.updated_at,
                record.power_state)

    def refused(self, **changes):
        """The fault's words of a server that must end in ERROR."""
        server = self.until(self.create(**changes), 'ERROR')
        return server['fault']['message']

    def delete(self, server):
        """Delete a server and see it gone from Nova."""
        self.api.delete_server(server['id'])
        self.until_deleted(server)

    def until_deleted(self, server):
        """Wait until Nova no longer shows the server."""
        def deleted():
            if self._state(server['id']):
                return False
            try:
                self.api.get_server(server['id'])
            except api_client.OpenStackApiNotFoundException:
                return True
            return False
        self.wait_until(deleted, 'the deletion')

    def act(self, server, action, argument=None, api=None):
        """POST /servers/{id}/action."""
        return (api or self.api).post_server_action(
            server['id'], {action: argument})

    def flavor(self, **changes):
        """A new flavor's id."""
        specs = changes.pop('extra_specs', None)
        values = {'vcpu': 1, 'memory_mb': 2048, 'disk': 20, 'ephemeral': 0}
        return self._create_flavor(extra_spec=specs, **{**values, **changes})

    # Both ends

    def launches(self):
        """The parameters of every RunInstances, in order."""
        return [call['params'] for call in
                self.control.calls(action='RunInstances')]

    @staticmethod
    def tags_in(params, kind='instance'):
        """The tags that a call gives to one kind of resource."""
        number = next(name.split('.')[1] for name, value in params.items()
                      if name.startswith('TagSpecification.')
                      and name.endswith('ResourceType') and value == kind)
        prefix = f'TagSpecification.{number}.Tag.'
        keys = {name.split('.')[3]: value for name, value in params.items()
                if name.startswith(prefix) and name.endswith('.Key')}
        return {key: params[f'{prefix}{place}.Value']
                for place, key in keys.items()}

    def count(self, action):
        """How often EC2 was called for an action."""
        return self.control.counts().get(action, 0)

    def instance_of(self, server):
        """The one instance that EC2 has for a server, living or not."""
        found = [one for one in self.control.instances()
                 if one['tags'].get('nova-ec2:server') == server['id']]
        self.assertEqual(1, len(found), found)
        return found[0]

    def record(self, server):
        """Nova's own record of a server."""
        return objects.Instance.get_by_uuid(
            self.admin_context(), server['id'],
            expected_attrs=['system_metadata', 'metadata', 'info_cache',
                            'flavor'])

    def until_state(self, instance_id, state):
        """Wait until EC2 shows an instance in a state."""
        self.wait_until(
            lambda: state in [one['state'] for one in
                              self.control.instances()
                              if one['instance_id'] == instance_id],
            f'{instance_id} to be {state}')

    def assert_nothing_left(self):
        """No instance lives, and nothing that came with one."""
        self.assertEqual([], self.emulator.living())
        self.wait_until(lambda: not self.emulator.left(),
                        'disks and interfaces to go')

    def wait_until(self, condition, what):
        """Wait for something true and return it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            if time.monotonic() > deadline:
                self.fail(f'waited {PATIENCE} s for {what}')
            time.sleep(0.1)
        return found


@functools.cache
def _api_paste():
    """The text of an installed Nova's, without what browsers need.

    That filter reads a configuration of its own each time.
    """
    brought = next(file for file in importlib.metadata.files('nova')
                   if file.name == 'api-paste.ini')
    return brought.read_text().replace(' cors ', ' ')
