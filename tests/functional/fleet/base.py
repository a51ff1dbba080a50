# SPDX-License-Identifier: Apache-2.0
"""The layers below Nova, against the emulator over HTTP."""

import threading
import uuid

from oslotest import base

from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.fleet.bulk import Bulk
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.fleet.view import Fleet, FleetSettings
from nova_ec2.models import tags
from nova_ec2.models.launch import Candidate, InterfaceRequest, LaunchRequest
from nova_ec2.models.server import Ownership
from tests.functional.fixtures.emulator import Emulator

CLOUD, HOST, ZONE = 'cloud-1', 'ec2-host-1', 'us-east-1a'
TYPE = Candidate('t3.micro', ZONE)


class Crowded:
    """An API whose launches are scarce, so that they are shared."""

    def __init__(self, api):
        self._api = api

    def __getattr__(self, name):
        return getattr(self._api, name)

    def room_to_run(self):
        """EC2's burst of RunInstances is used up."""
        return 0.0


class FleetTest(base.BaseTestCase):
    """A fleet, its launcher and bulk verbs, on an emulator of its own."""

    def setUp(self):
        super().setUp()
        self.emulator = self.useFixture(Emulator())
        self.control = self.emulator.control
        self.ec2 = EC2.over(Caller(Session(AwsSettings(
            region_name='us-east-1',
            endpoint_url=self.emulator.endpoint_url,
            access_key_id=self.emulator.access_key_id,
            secret_access_key=self.emulator.secret_access_key))))
        self.subnet = self.ec2.places.default_subnet(ZONE)
        self.bulk = Bulk(self.ec2.instances)
        self.fleet = self.new_fleet()
        self.launcher = Launcher(Crowded(self.ec2.instances), self.fleet,
                                 Offerings(), timeout=60)

    def new_fleet(self):
        """A view that knows nothing yet: what a restart begins with."""
        return Fleet(self.ec2.instances, FleetSettings(
            CLOUD, HOST, sweep_interval=3600, transition_interval=0.05))

    def request(self, name='one', **changes):
        """A launch of a new server that may share a call with others."""
        owner = Ownership(CLOUD, HOST, str(uuid.uuid4()), 'project-1')
        values = {
            'owner': owner, 'token_seed': 'seed',
            'image_id': self.emulator.ami, 'candidates': (TYPE,),
            'tags': tuple((tags.of_owner(owner)
                           | {tags.NAME: name}).items()),
            'interfaces': (InterfaceRequest(self.subnet.subnet_id),),
            'in_company': True}
        return LaunchRequest(**values | changes)

    def at_once(self, act, *items):
        """Do something with each item in a thread; results or errors."""
        told = {}

        def one(index, item):
            try:
                told[index] = act(item)
            except Exception as error:
                told[index] = error

        threads = [threading.Thread(target=one, args=pair)
                   for pair in enumerate(items)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return [told[index] for index in range(len(items))]

    def calls(self, action):
        """The calls of an action that the emulator was sent."""
        return self.control.calls(action=action)
