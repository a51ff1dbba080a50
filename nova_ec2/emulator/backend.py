# SPDX-License-Identifier: Apache-2.0
"""One account's EC2 in one region: moto's backend with our parts in it."""

from typing import Any

from moto.ec2 import urls
from moto.ec2.exceptions import InvalidKeyPairFormatError
from moto.ec2.models import ec2_backends

from nova_ec2.emulator import (
    assigned,
    blocks,
    elastic,
    gateways,
    interfaces,
    nat_gateways,
    placement_groups,
    registered_images,
    registry,
    root_tasks,
    route_tables,
    security_groups,
    shared_images,
    spots,
    subnets,
    tag_targets,
    tagging,
    taken_snapshots,
    transitions,
    volumes,
    vpcs,
    written_snapshots,
)
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.world import World


class StrictBackend(
        transitions.Transitions, registry.Registry, interfaces.Interfaces,
        shared_images.SharedImages,
        assigned.AssignedAddresses, elastic.ElasticAddresses,
        gateways.Gateways, tagging.Tagging, written_snapshots.WrittenSnapshots,
        taken_snapshots.TakenSnapshots, volumes.Volumes,
        registered_images.RegisteredImages, root_tasks.RootTasks,
        placement_groups.PlacementGroups, security_groups.SecurityGroups,
        vpcs.Vpcs, subnets.Subnets,
        route_tables.RouteTables, nat_gateways.NatGateways, spots.Spots,
        tag_targets.TagTargets):
    """moto's EC2, strict.

    :param world: the emulator that it is part of
    """

    def __init__(self, region_name: str, account_id: str,
                 world: World) -> None:
        self.world = world
        self.instances: dict[str, StrictInstance] = {}
        self.root_tasks: dict[str, root_tasks.Task] = {}
        self.serial_access = False
        self.spot_requests: dict[str, spots.Request] = {}
        self.nats: dict[str, nat_gateways.Nat] = {}
        self.placement_groups: dict[str, placement_groups.Group] = {}
        super().__init__(region_name, account_id)
        own = shared_images.Snapshots()
        own.update(self.snapshots)
        self.snapshots = own
        self._open_default_vpc()

    def _open_default_vpc(self) -> None:
        """The default VPC has an internet gateway and a route to it."""
        gateway = self.create_internet_gateway()
        self.attach_gateway(gateway, self.default_vpc)
        (table,) = self.tables_of(self.default_vpc.id)
        table.routes[blocks.ipv4('0.0.0.0/0')] = route_tables.Target(
            'GatewayId', gateway.id)

    def neighbour(self, region_name: str) -> 'StrictBackend':
        """The same account in another region."""
        try:
            found: StrictBackend = ec2_backends[self.account_id][region_name]
        except KeyError:
            raise Refusal('InvalidRegion',
                          f'No such region: {region_name}') from None
        return found

    @property
    def _url_module(self) -> Any:
        return urls

    def reset(self) -> None:
        """Nothing: a reset makes new backends (install.py)."""

    def import_key_pair(self, key_name: str, public_key_material: bytes,
                        tags: dict[str, str]) -> Any:
        """ImportKeyPair, with the code that EC2 has for a bad key."""
        try:
            return super().import_key_pair(
                key_name, public_key_material, tags)
        except InvalidKeyPairFormatError as error:
            raise Refusal('InvalidKey.Format', error.message) from error

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """What moto's fleets and templates call; they are not strict."""
        raise Refusal('UnsupportedOperation',
                      'This emulator launches by RunInstances only.')
