# SPDX-License-Identifier: Apache-2.0
"""EC2's DescribeInstances, simulated: eventually right, sometimes failing."""

import dataclasses
import datetime
import itertools
from types import SimpleNamespace

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Ownership, Server, ServerState

OWNER = Ownership('cloud', 'host', '')
BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class Clock:
    """Stands in for the module ``time``."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        self.now += 0.001
        return self.now

    def advance(self, seconds):
        self.now += seconds


class EC2:
    """Instances by id, and how they are listed.

    :ivar failing: whether every read fails
    :ivar omitted: ids that listings leave out, though not reads by id
    """

    def __init__(self):
        self.instances = {}
        self.failing = False
        self.omitted = set()
        self.reads_by_id = []
        self._numbers = itertools.count(1)

    def launch(self, uuid, **owner):
        """A new instance, as RunInstances shows it."""
        number = next(self._numbers)
        server = Server(
            instance_id=f'i-{number:017x}', state=ServerState.PENDING,
            instance_type='t3.small', image_id='ami-1', zone='us-east-1a',
            owner=dataclasses.replace(OWNER, server_uuid=uuid, **owner),
            launch_time=BEGIN + datetime.timedelta(seconds=number))
        self.instances[server.instance_id] = server
        return server

    def change(self, instance_id, state):
        self.instances[instance_id] = dataclasses.replace(
            self.instances[instance_id], state=state)

    # What fleet.view asks of aws.api.instances

    def sweep(self, tags):
        self._answer()
        return [server for server in self._with(tags)
                if server.state is not ServerState.TERMINATED
                and server.instance_id not in self.omitted]

    def find(self, tags, key=''):
        self._answer()
        return self._with(tags)

    def describe(self, ids):
        self._answer()
        self.reads_by_id.append(list(ids))
        return {one: self.instances[one] for one in ids
                if one in self.instances}

    def _answer(self):
        if self.failing:
            raise exc.ServiceFault('out of order', code='InternalError')

    def _with(self, tags):
        return [server for server in self.instances.values()
                if tags.items() <= tag_keys.of_owner(server.owner).items()]


def reader(ec2, seen):
    """A Reader without a thread."""
    def fresh(wanted_id, timeout=0):
        try:
            server = ec2.describe([wanted_id]).get(wanted_id)
        except exc.NovaEC2Error as error:
            raise exc.FleetUnavailable(str(error)) from error
        if server:
            seen(server)
        return server

    def wait(wanted_id, done, timeout, check=None):
        server = fresh(wanted_id)
        if not done(server):
            raise exc.WaitTimedOut(wanted_id)
        return server
    return SimpleNamespace(fresh=fresh, wait=wait)
