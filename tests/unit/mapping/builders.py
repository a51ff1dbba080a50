# SPDX-License-Identifier: Apache-2.0
"""Real Nova objects and models to test the mappings with."""

import base64
import uuid

from nova import objects
from nova.network import model as network_model

from nova_ec2.models.image import Image
from nova_ec2.models.network import Subnet
from nova_ec2.models.server import Ownership

objects.register_all()

IMAGE_ID = '3f1cd2e0-4b1d-4a44-9d8e-5a0a4b1c7f10'
SERVER = '8d1c9c3e-6f3f-4c63-8d3c-0f2b8b2f6a11'
PROJECT = '5f705771f1e34cb5a1f3ab5e4d1a3ce1'
USER = 'd2b4a1f4f9a44e0a8a1cbd5c7b1a7f00'
AMI = 'ami-0123456789abcdef0'

SUBNET = Subnet('subnet-0a1b2c3d', 'vpc-1', 'us-east-1a', '10.0.0.0/24')
OWNER = Ownership('cloud-1', 'host-1', SERVER, PROJECT)


def flavor(**changes):
    values = {'name': 'm1.small', 'vcpus': 1, 'memory_mb': 2048,
              'root_gb': 20, 'ephemeral_gb': 0, 'swap': 0,
              'extra_specs': {}}
    return objects.Flavor(**{**values, **changes})


def image(**changes):
    values = {'image_id': AMI, 'state': 'available',
              'architecture': 'x86_64', 'root_device_name': '/dev/xvda',
              'root_gib': 8}
    return Image(**{**values, **changes})


def instance(user_data=None, **changes):
    """A server; ``user_data`` is the tenant's bytes, not base64."""
    values = {
        'uuid': SERVER, 'project_id': PROJECT, 'user_id': USER,
        'display_name': 'web 1', 'hostname': 'web-1', 'image_ref': IMAGE_ID,
        'metadata': {}, 'key_name': None, 'key_data': None,
        'launch_index': 0,
        'system_metadata': {'image_ec2_ami_id': AMI},
        'flavor': flavor(),
    }
    if user_data is not None:
        values['user_data'] = base64.b64encode(user_data).decode()
    else:
        values['user_data'] = None
    return objects.Instance(**{**values, **changes})


def image_meta(**changes):
    return objects.ImageMeta.from_dict({'id': IMAGE_ID, **changes})


def vif(*addresses, port_id=None, **changes):
    """A port as Nova keeps it, each address in a subnet of its own."""
    subnets = [network_model.Subnet(
        ips=[network_model.FixedIP(address=address)])
        for address in addresses]
    return network_model.VIF(
        id=port_id or str(uuid.uuid4()), address='fa:16:3e:00:00:01',
        network=network_model.Network(id='net-1', subnets=subnets),
        **changes)


def network_info(*vifs):
    return network_model.NetworkInfo(vifs)


def bdm(**changes):
    return objects.BlockDeviceMapping(**{
        'source_type': 'blank', 'destination_type': 'local',
        'device_name': None, 'volume_size': 1, 'guest_format': None,
        'disk_bus': None, 'device_type': 'disk', 'boot_index': -1,
        'delete_on_termination': True, 'encrypted': False,
        'encryption_secret_uuid': None, 'encryption_format': None,
        'encryption_options': None, 'no_device': False, 'image_id': None,
        **changes})
