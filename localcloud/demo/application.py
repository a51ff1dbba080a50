# SPDX-License-Identifier: Apache-2.0
"""A stack with networks and volumes against what the emulator has of it."""

import contextlib
from collections.abc import Mapping
from typing import Any

from localcloud import ec2, errors, waiting
from localcloud.cloud import Cloud
from localcloud.demo.stack import Stack
from localcloud.steps import external_network
from nova_ec2.emulator.client import Control

DATABASE_PORT = 5432

# What a stack may make; snapshots and images are none of it.
KINDS = ('addresses', 'interfaces', 'internet_gateways', 'nat_gateways',
         'route_tables', 'security_groups', 'subnets', 'volumes', 'vpcs')

# The elected loop of Neutron comes by every few seconds.
PATIENCE = 60


class Application:
    """The stack of ``application.yaml``."""

    def __init__(self, cloud: Cloud) -> None:
        self._truth = Control(cloud.url('emulator'))
        self._ec2 = ec2.client(cloud)
        self._stack = Stack(cloud, 'application', zone=ec2.ZONE,
                            external_network=external_network.NAME)
        self._before: Mapping[str, set[str]] = {}

    def create(self) -> None:
        """Create it and wait until everything is there."""
        self._before = self._everything()
        self._stack.create()

    def delete(self) -> None:
        """Delete it, and wait until it is gone."""
        self._stack.delete()

    def differences(self) -> list[str]:
        """What EC2 has otherwise than the template says, a sentence each."""
        made = self._stack.outputs()
        checks = {
            'the network is no VPC': self._is_vpc(made),
            'the router leads to no internet gateway': self._is_routed(made),
            'the database does not let the web group in':
                self._lets_in(made),
            'the floating IP is not the address of the web server':
                self._has_address(made),
            'the volume is not attached to the database':
                self._has_volume(made)}
        return [sentence for sentence, good in checks.items() if not good]

    def left(self) -> list[str]:
        """What is on EC2 that was not there before; it is given time."""
        found: list[str] = []

        def gone() -> bool:
            nonlocal found
            now = self._everything()
            found = [f'{name} ({kind}) was left by the stack'
                     for kind in KINDS
                     for name in sorted(now[kind] - self._before[kind])]
            return not found
        with contextlib.suppress(errors.CloudError):
            waiting.until('the end of what the stack made', gone, PATIENCE)
        return found

    def _everything(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for account in self._truth.resources():
            for kind in KINDS:
                found[kind] |= set(account[kind])
        return found

    def _is_vpc(self, made: Mapping[str, str]) -> bool:
        return len(self._vpcs(made)) == 1

    def _vpcs(self, made: Mapping[str, str]) -> list[Any]:
        return self._ec2.describe_vpcs(Filters=[_tag(
            'network', made['network'])])['Vpcs']

    def _is_routed(self, made: Mapping[str, str]) -> bool:
        tables = self._ec2.describe_route_tables(Filters=[_tag(
            'router', made['router'])])['RouteTables']
        return any(route.get('DestinationCidrBlock') == '0.0.0.0/0'
                   and route.get('GatewayId', '').startswith('igw-')
                   for table in tables for route in table['Routes'])

    def _lets_in(self, made: Mapping[str, str]) -> bool:
        web, database = (self._group(made[name])
                         for name in ('web_group', 'database_group'))
        return any(one.get('FromPort') == DATABASE_PORT and [
            pair['GroupId'] for pair in one['UserIdGroupPairs']
        ] == [web['GroupId']] for one in database['IpPermissions'])

    def _group(self, group_id: str) -> Any:
        return self._ec2.describe_security_groups(Filters=[_tag(
            'security-group', group_id)])['SecurityGroups'][0]

    def _has_address(self, made: Mapping[str, str]) -> bool:
        return self._instance(made['web']).get(
            'PublicIpAddress') == made['address']

    def _has_volume(self, made: Mapping[str, str]) -> bool:
        (volume,) = self._ec2.describe_volumes(Filters=[_tag(
            'volume', made['volume'])])['Volumes']
        return [one['InstanceId'] for one in volume['Attachments']] == [
            self._instance(made['database'])['InstanceId']]

    def _instance(self, server_id: str) -> Any:
        reservations = self._ec2.describe_instances(Filters=[_tag(
            'server', server_id)])['Reservations']
        return reservations[0]['Instances'][0]


def _tag(name: str, value: str) -> dict[str, Any]:
    return {'Name': f'tag:nova-ec2:{name}', 'Values': [value]}
