# SPDX-License-Identifier: Apache-2.0
"""tempest.conf for the local cloud."""

from pathlib import Path

from localcloud import clients
from localcloud.cloud import REGION, Cloud
from localcloud.config import ini
from localcloud.steps import external_network, images, network
from tests.conformance.tempest import cloud as cloud_of_ours
from tests.conformance.tempest import flags

_MORE_FLAGS = {
    # What the support matrix does not ask about, or this cloud decides.
    # Of the API and Nova's other services only:
    'disk_config': True, 'hostname_fqdn_sanitization': True,
    'enable_instance_password': True,
    # By snapshot, terminate and launch:
    'shelve': True,
    # There is no proxy for them:
    'serial_console': False,
    # There is none on EC2:
    'ide_bus': False,
    # Cinder's encryption is the compute host's; EBS has its own:
    'attach_encrypted_volume': False,
}


def write(cloud: Cloud) -> Path:
    """Write the file; it holds the administrator's password."""
    connection = clients.connection(cloud)
    flavors = {one.name: one.id for one in connection.compute.flavors()}
    refs = {one.name: one.id for one in connection.image.images()}
    return ini.write(cloud.etc / 'tempest.conf', {
        'DEFAULT': {'log_dir': cloud.logs, 'log_file': 'tempest.log',
                    'use_stderr': False},
        'oslo_concurrency': {'lock_path': cloud.state('locks-tempest')},
        'auth': {
            'use_dynamic_credentials': True,
            # EC2 has one subnet, so all projects share one network.
            'create_isolated_networks': False,
            'admin_username': 'admin',
            'admin_password': cloud.passwords['admin'],
            'admin_project_name': 'admin',
            'admin_domain_name': 'Default',
        },
        'identity': {'auth_version': 'v3', 'region': REGION,
                     'uri_v3': cloud.url('keystone') + '/v3',
                     'v3_endpoint_type': 'public'},
        'service_available': {'cinder': True, 'swift': False,
                              'horizon': False, 'neutron': True,
                              'glance': True, 'nova': True},
        'compute': {
            'image_ref': refs[images.NAME],
            'image_ref_alt': refs[cloud_of_ours.OTHER_IMAGE],
            'flavor_ref': flavors[cloud_of_ours.FLAVOR],
            'flavor_ref_alt': flavors[cloud_of_ours.OTHER_FLAVOR],
            'fixed_network_name': network.NAME,
            'build_interval': 1, 'build_timeout': 120,
            'min_microversion': '2.1', 'max_microversion': 'latest',
            'min_compute_nodes': 2,
        },
        'compute-feature-enabled': {
            **flags.flags(flags.MATRIX.read_text()), **_MORE_FLAGS,
            'scheduler_enabled_filters': cloud_of_ours.FILTERS},
        'volume': {
            'build_timeout': 120, 'min_microversion': '3.0',
            'max_microversion': 'latest',
            'storage_protocol': 'ebs', 'vendor_name': 'Amazon',
            'disk_format': 'raw',
            'volume_type_multiattach': cloud_of_ours.SHARED_TYPE,
            # No io2 is smaller.
            'volume_size': 4,
        },
        'volume-feature-enabled': {
            # Bytes of volumes can be had on EC2 only.
            'backup': False,
            'multi_backend': False,
            # EBS ids cannot be made of Cinder's, as Tempest does.
            'manage_volume': False, 'manage_snapshot': False,
            'extend_attached_volume': True,
        },
        'network': {
            # Networks that tests make are VPCs of their own.
            'project_network_cidr': '10.0.0.0/16',
            'project_network_mask_bits': 28,
            'public_network_id': connection.network.find_network(
                external_network.NAME).id},
        'network-feature-enabled': {'ipv6': True,
                                    'ipv6_subnet_attributes': True},
        # EC2 takes no ECDSA keys.
        'validation': {'run_validation': False, 'ssh_key_type': 'rsa'},
    })
