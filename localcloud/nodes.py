# SPDX-License-Identifier: Apache-2.0
"""The table of contents: every service and step of the local cloud."""

from pathlib import Path

from localcloud.cloud import Cloud
from localcloud.service import Step
from localcloud.services import (
    cinder_api,
    cinder_scheduler,
    cinder_volume,
    compute_ec2,
    compute_private,
    emulator,
    epmd,
    glance,
    heat_api,
    heat_api_cfn,
    heat_engine,
    horizon,
    keystone,
    mariadb,
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
    keypair,
    keystone_bootstrap,
    network,
    research_network,
    volume_types,
    zone,
)

SERVICES = (
    epmd.Epmd, rabbitmq.RabbitMQ, emulator.Emulator, keystone.Keystone,
    placement.Placement, glance.Glance, neutron.Neutron,
    neutron_periodic.NeutronPeriodic, nova_api.NovaAPI,
    nova_conductor.NovaConductor, nova_scheduler.NovaScheduler,
    compute_private.ComputePrivate, compute_ec2.ComputeEC2,
    cinder_api.CinderAPI, cinder_scheduler.CinderScheduler,
    cinder_volume.CinderVolume,
    heat_api.HeatAPI, heat_api_cfn.HeatAPICfn,
    heat_engine.HeatEngine)
STEPS = (
    keystone_bootstrap.KeystoneBootstrap, accounts.Accounts,
    burst_rules.BurstRules, research_network.ResearchNetwork,
    ec2_subnet.EC2Subnet, external_network.ExternalNetwork,
    flavors.Flavors, network.Network, images.Images,
    keypair.KeyPair, volume_types.VolumeTypes, zone.Zone)


def nodes(cloud: Cloud, data: Path, collected: Path) -> list[Step]:
    """Everything to start; each names what it needs.

    :param data: MariaDB's data directory
    :param collected: Horizon's static files
    """
    return [mariadb.MariaDB(cloud, data), horizon.Horizon(cloud, collected),
            *(service(cloud) for service in SERVICES),
            *(step(cloud) for step in STEPS)]
