# SPDX-License-Identifier: Apache-2.0
"""What the emulator's tests share: a server a class, boto3, and a clock."""

import unittest

import boto3
from botocore import config, exceptions

from nova_ec2.emulator import settings as knobs
from nova_ec2.emulator.client import Control
from nova_ec2.emulator.server import Emulator

# So long that nothing happens but by advance(), however slow the machine.
STEP = 10000.0
SLOW = knobs.Settings(
    pending_seconds=STEP, starting_seconds=STEP, stopping_seconds=STEP,
    shutting_down_seconds=STEP, image_seconds=STEP, volume_seconds=STEP,
    console_seconds=STEP, terminated_visible_seconds=10 * STEP)


class TestCase(unittest.TestCase):
    """A test against an emulator that is as good as new.

    Tests are named after the sentence of EC2's documentation that they hold
    the emulator to.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator(SLOW).start()
        cls.addClassCleanup(cls.emulator.stop)
        cls.control = Control(cls.emulator.endpoint_url)
        cls.session = boto3.session.Session()
        cls.own = cls.new_client('ec2')
        cls.addClassCleanup(cls.own.close)

    def setUp(self):
        super().setUp()
        plain = knobs.public(SLOW)
        plain['latencies'] = list(plain['latencies'])
        self.control.settings(**plain)
        self.control.reset()
        self.ec2 = self.own
        self.ami = self.control.images()['x86_64']

    def client(self, service, **overrides):
        """A client that tries once, for this test alone."""
        made = self.new_client(service, **overrides)
        self.addCleanup(made.close)
        return made

    @classmethod
    def new_client(cls, service, **overrides):
        """A client that tries once."""
        return cls.session.client(service, **cls.control.boto(**{
            'config': config.Config(retries={'total_max_attempts': 1},
                                    connect_timeout=60, read_timeout=300),
            **overrides}))

    def step(self, times=1):
        """Let so many transitions end."""
        self.control.advance(STEP * times)

    def run_instances(self, **changes):
        """The instances of a RunInstances."""
        arguments = {'ImageId': self.ami, 'InstanceType': 'm5.large',
                     'MinCount': 1, 'MaxCount': 1, **changes}
        return self.ec2.run_instances(**{
            name: value for name, value in arguments.items()
            if value is not None})['Instances']

    def launch(self, **changes):
        """The id of a new instance, pending."""
        return self.run_instances(**changes)[0]['InstanceId']

    def running(self, **changes):
        """The id of a new instance, running."""
        instance_id = self.launch(**changes)
        self.step()
        self.assertEqual('running', self.state(instance_id))
        return instance_id

    def describe(self, instance_id):
        """One instance as DescribeInstances shows it."""
        found = self.ec2.describe_instances(InstanceIds=[instance_id])
        return found['Reservations'][0]['Instances'][0]

    def state(self, instance_id):
        """Its state."""
        return self.describe(instance_id)['State']['Name']

    def listed(self, **arguments):
        """The ids that DescribeInstances lists."""
        found = self.ec2.describe_instances(**arguments)
        return [one['InstanceId'] for group in found['Reservations']
                for one in group['Instances']]

    def assertRefused(self, code, call, *args, **kwargs):
        """``call`` must raise that error of EC2; its message comes back."""
        with self.assertRaises(exceptions.ClientError) as raised:
            call(*args, **kwargs)
        error = raised.exception.response['Error']
        self.assertEqual(code, error['Code'], error['Message'])
        return error['Message']

    def subnet(self, cidr='10.9.0.0/24', zone='us-east-1a'):
        """The id of a subnet in a VPC of its own."""
        vpc = self.ec2.create_vpc(CidrBlock='10.9.0.0/16')['Vpc']
        made = self.ec2.create_subnet(
            VpcId=vpc['VpcId'], CidrBlock=cidr, AvailabilityZone=zone)
        return made['Subnet']['SubnetId']
