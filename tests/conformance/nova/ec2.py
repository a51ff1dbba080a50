# SPDX-License-Identifier: Apache-2.0
"""The emulated EC2 of the test that runs, with a network like Neutron's."""

import fixtures
from nova.tests.fixtures import neutron

from tests.functional.fixtures import emulator

CLOUD = 'cloud-conformance'
ZONE = 'us-east-1a'

CIDR = '192.168.0.0/20'
"""Holds the addresses of Nova's Neutron fixture, 192.168.1.3 and on, which
are not among the first four, for those belong to AWS."""

_MACS = {
    port['fixed_ips'][0]['ip_address']: port['mac_address']
    for port in (neutron.NeutronFixture.port_1,
                 neutron.NeutronFixture.port_2)}
"""EC2 chooses the MAC of an interface. Here it happens to choose those that
Nova's API samples have."""

_ROOT = '/dev/sda'
"""The AMI says what the root disk is called, and the samples call it so."""

_running: 'list[Emulator]' = []


class Emulator(emulator.Emulator):
    """The emulator of this process, with a subnet for Nova's tests.

    :ivar subnet_id: where the driver's servers live
    """

    def _setUp(self) -> None:
        super()._setUp()
        vpc = self.ec2.create_vpc(CidrBlock='192.168.0.0/16')['Vpc']
        self.subnet_id = self.ec2.create_subnet(
            VpcId=vpc['VpcId'], CidrBlock=CIDR,
            AvailabilityZone=ZONE)['Subnet']['SubnetId']

    @property
    def small_ami(self) -> str:
        """An AMI that fits the smallest flavor of Nova's tests."""
        return str(self.control.images()['minimal'])


def start(fixture: fixtures.Fixture) -> Emulator:
    """Start afresh, for as long as the fixture is in use."""
    made = fixture.useFixture(Emulator(
        mac_addresses=_MACS, agents=True, root_device_name=_ROOT))
    _running[:] = [made]
    return made


def here() -> Emulator:
    """The emulator of the test that runs."""
    return _running[0]
