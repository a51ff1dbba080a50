# SPDX-License-Identifier: Apache-2.0
"""The local cloud that Tempest tests: every host in it is EC2.

There are two, of the same account, region and zone, so that servers can move.
"""

import contextlib
import dataclasses
import io
from collections.abc import Iterator

from localcloud import apart, clients, ec2
from localcloud.cloud import Cloud
from localcloud.config import cinder, nova
from localcloud.service import Step
from localcloud.services import (
    cinder_api,
    cinder_scheduler,
    cinder_volume,
    compute_ec2,
    emulator,
    epmd,
    glance,
    keystone,
    neutron,
    neutron_periodic,
    nova_api,
    nova_conductor,
    nova_scheduler,
    placement,
    rabbitmq,
)
from localcloud.steps import (
    accounts,
    burst_rules,
    ec2_subnet,
    external_network,
    flavors,
    images,
    keystone_bootstrap,
    network,
    volume_types,
    zone,
)
from nova_ec2.emulator.client import Control

SECONDS = 0.2
"""How long EC2's state transitions take."""

OTHER_IMAGE = 'another-linux'
FLAVOR, OTHER_FLAVOR = 'tempest', 'tempest-larger'
SHARED_TYPE = 'shared'
"""The volume type for several servers."""

FILTERS = f'{nova.FILTERS},SameHostFilter,DifferentHostFilter'

# Tempest's tests make more at a time than a new account may have.
_LIMITS = {'vpcs_limit': 100, 'internet_gateways_limit': 100,
           'addresses_limit': 100}

# Some of Tempest's tests take them for granted.
_NEUTRON = {'DEFAULT': {'service_plugins': 'router,metering,qos,ec2'},
            'ml2': {'extension_drivers': 'port_security,qos,ec2'}}

_PORTS_BESIDE = 80
_NOVA = {
    'DEFAULT': {'allow_resize_to_same_host': True},
    'quota': {'instances': 1000, 'cores': 2000, 'ram': 4 * 1024 * 1024},
    'filter_scheduler': {
        'enabled_filters': FILTERS,
        # No private host is here to be filled first.
        'weight_classes': 'nova.scheduler.weights.all_weighers'},
}
# Volumes without a type of their own are on EBS, too.
_CINDER = {'DEFAULT': {'enabled_backends': cinder.EBS,
                       'default_availability_zone': ec2.ZONE}}


class _Images(images.Images):
    """Two images, each with an AMI of its own."""

    def run(self) -> None:
        super().run()
        connection = clients.connection(self.cloud)
        control = Control(self.cloud.url('emulator'))
        image = connection.image.create_image(
            name=OTHER_IMAGE, disk_format='raw', container_format='bare',
            visibility='public', data=io.BytesIO(bytes(images.BYTES)),
            validate_checksum=False, ec2_ami_id=control.images()['x86_64'])
        connection.image.wait_for_status(image, 'active', wait=60)


class _Flavors(flavors.Flavors):
    """Flavors whose servers can be suspended: EC2 wants that at launch."""

    def run(self) -> None:
        compute = clients.connection(self.cloud).compute
        for name, vcpus, ram, disk in ((FLAVOR, 1, 1024, 10),
                                       (OTHER_FLAVOR, 2, 2048, 20)):
            made = compute.create_flavor(name=name, vcpus=vcpus, ram=ram,
                                         disk=disk)
            compute.create_flavor_extra_specs(
                made, {'ec2:hibernation': 'true'})


class _Network(network.Network):
    """A network for all projects: EC2 has one subnet for them."""

    private_side = False

    def run(self) -> None:
        super().run()
        networks = clients.connection(self.cloud).network
        networks.update_network(networks.find_network(network.NAME),
                                is_shared=True)


class _Router(Step):
    """From that network to where floating IPs come from: Neutron wants it."""

    name = 'router'
    needs = (network.Network.name, external_network.ExternalNetwork.name)

    def run(self) -> None:
        networks = clients.connection(self.cloud).network
        outside = networks.find_network(external_network.NAME)
        router = networks.create_router(
            name='router', external_gateway_info={'network_id': outside.id})
        inside = networks.find_network(network.NAME)
        for subnet_id in inside.subnet_ids:
            networks.add_interface_to_router(router, subnet_id=subnet_id)


class _VolumeTypes(volume_types.VolumeTypes):
    """The type for several servers; EBS has that with io2 only."""

    def run(self) -> None:
        clients.connection(self.cloud).block_storage.create_type(
            name=SHARED_TYPE, extra_specs={
                'multiattach': '<is> True',
                'ebs:type': 'io2', 'ebs:iops': '100'})


class _SecondHost(compute_ec2.ComputeEC2):
    """Another host of the same zone."""

    name = 'nova-compute-ec2-second'
    host = f'{ec2.HOST}-second'


class _Zone(zone.Zone):
    """Both hosts in one availability zone."""

    needs = (*zone.Zone.needs, _SecondHost.name)

    def run(self) -> None:
        super().run()
        compute = clients.connection(self.cloud).compute
        compute.add_host_to_aggregate(compute.find_aggregate(ec2.ZONE),
                                      _SecondHost.host)


class _Emulator(Step):
    """Quicker than EC2, and with agents in all guests."""

    name = 'emulator-settings'
    needs = ('emulator',)

    def run(self) -> None:
        control = Control(self.cloud.url('emulator'))
        control.settings(agents=True, **_LIMITS, **{
            name: SECONDS for name in control.settings()
            if name.endswith('_seconds') and name.removesuffix('_seconds') in
            ('pending', 'starting', 'stopping', 'shutting_down', 'image',
             'volume', 'console')})


_NODES: tuple[type[Step], ...] = (
    epmd.Epmd, rabbitmq.RabbitMQ, emulator.Emulator, keystone.Keystone,
    placement.Placement, glance.Glance, neutron.Neutron,
    neutron_periodic.NeutronPeriodic, nova_api.NovaAPI,
    nova_conductor.NovaConductor, nova_scheduler.NovaScheduler,
    compute_ec2.ComputeEC2, _SecondHost,
    cinder_api.CinderAPI, cinder_scheduler.CinderScheduler,
    cinder_volume.CinderVolume,
    keystone_bootstrap.KeystoneBootstrap, accounts.Accounts,
    burst_rules.BurstRules, ec2_subnet.EC2Subnet, _Zone,
    _Emulator, _Flavors, _Network, external_network.ExternalNetwork, _Router,
    _Images, _VolumeTypes)


@contextlib.contextmanager
def running() -> Iterator[Cloud]:
    """Start it, and end it whatever happens."""
    here = dataclasses.replace(
        apart.described('tempest', _PORTS_BESIDE, _NOVA, _CINDER),
        neutron=_NEUTRON)
    with apart.running(here, _NODES, print):
        yield here
