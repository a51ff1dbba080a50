# SPDX-License-Identifier: Apache-2.0
"""An emulator that all benchmarks of a run share, and a fleet in front."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator

import boto3

from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.emulator import settings as knobs
from nova_ec2.emulator.client import Control
from nova_ec2.fleet.view import Fleet, FleetSettings
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import Candidate, InterfaceRequest, LaunchRequest
from nova_ec2.models.server import Ownership
from tests.benchmarks.progress import say

ENDPOINT = 'BENCHMARK_EMULATOR'
"""Variable that names the shared emulator to each benchmark's process."""

CLOUD, ZONE = 'bench', 'us-east-1a'
TAGS = 20
"""Tags a server, as the setting of all benchmarks has it."""

_TYPE = Candidate('t3.micro', ZONE)
PENDING_SECONDS = 5.0


@contextlib.contextmanager
def running() -> Iterator[str]:
    """An emulator in a process of its own; its endpoint."""
    process = subprocess.Popen(
        [sys.executable, '-m', 'nova_ec2.emulator'], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if ' ready at ' not in line:
            raise RuntimeError(f'the emulator did not start: {line!r}')
        yield line.rsplit(None, 1)[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Region:
    """The shared emulator as the driver's lower rooms see it.

    :ivar control: steers the emulator
    :ivar pages: reads the pages of listings
    """

    def __init__(self) -> None:
        self.endpoint = os.environ[ENDPOINT]
        self.control = Control(self.endpoint, timeout=600)
        self.control.settings(pending_seconds=PENDING_SECONDS)
        session = Session(AwsSettings(
            region_name='us-east-1', endpoint_url=self.endpoint,
            access_key_id=knobs.DEFAULT_ACCESS_KEY,
            secret_access_key=knobs.DEFAULT_SECRET_KEY))
        self.pages = session.pages
        self.ec2 = EC2.over(Caller(session))
        self.subnet = self._roomy_subnet()

    def fleet(self, host: str) -> Fleet:
        """An empty view with the intervals that operators get."""
        return Fleet(self.ec2.instances, FleetSettings(CLOUD, host))

    def request(self, host: str) -> LaunchRequest:
        """A launch with as many tags as the setting has."""
        owner = Ownership(CLOUD, host, str(uuid.uuid4()), 'project')
        tags = tag_keys.of_owner(owner) | {tag_keys.NAME: 'server'}
        # A shared launch adds four of its own.
        tags |= {f'{tag_keys.METADATA}key-{number}': f'value-{number}'
                 for number in range(TAGS - 4 - len(tags))}
        return LaunchRequest(
            owner=owner, token_seed='bench', candidates=(_TYPE,),
            image_id=self.control.images()['x86_64'],
            tags=tuple(tags.items()),
            interfaces=(InterfaceRequest(self.subnet),), in_company=True)

    def populate(self, host: str, count: int) -> None:
        """Have so many running servers of a host, if there are none."""
        if self.ec2.instances.find({tag_keys.HOST: host}):
            return
        say(f'launching {count} servers in the emulator ...')
        template = self.request(host)
        left = count
        while left:
            number = min(left, tag_keys.MANIFEST_MOST)
            requests = [self._another(template) for _ in range(number)]
            self.ec2.instances.run_many(requests, _TYPE, uuid.uuid4().hex)
            left -= number
        self.control.advance(60)

    @staticmethod
    def _another(template: LaunchRequest) -> LaunchRequest:
        owner = dataclasses.replace(template.owner,
                                    server_uuid=str(uuid.uuid4()))
        return dataclasses.replace(template, owner=owner)

    def _roomy_subnet(self) -> str:
        """A subnet with room for more servers than a default one."""
        client = boto3.session.Session().client('ec2', **self.control.boto())
        wanted = '10.64.0.0/16'
        for subnet in client.describe_subnets()['Subnets']:
            if subnet['CidrBlock'] == wanted:
                return str(subnet['SubnetId'])
        vpc = client.create_vpc(CidrBlock=wanted)['Vpc']['VpcId']
        return str(client.create_subnet(
            VpcId=vpc, CidrBlock=wanted,
            AvailabilityZone=ZONE)['Subnet']['SubnetId'])
