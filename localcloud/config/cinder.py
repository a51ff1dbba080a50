# SPDX-License-Identifier: Apache-2.0
"""cinder.conf, with a back end for each side.

The zone decides where a volume is, as it does for servers: a server of either
side and its volumes meet in one zone.
"""

from pathlib import Path

from localcloud import ec2, research
from localcloud.cloud import HOST, REGION, Cloud, environment_file
from localcloud.config import ini
from localcloud.names import PRIVATE_ZONE

PRIVATE, EBS = 'private', 'ebs'
"""The back ends, and the volume types that choose one."""

_BACKENDS: dict[str, ini.Group] = {
    PRIVATE: {
        'volume_driver': 'localcloud.private_volumes.PrivateVolumeDriver',
        'volume_backend_name': PRIVATE,
        'backend_availability_zone': PRIVATE_ZONE,
    },
    EBS: {
        'volume_driver': 'nova_ec2.cinder.driver.EBSDriver',
        'volume_backend_name': EBS,
        'backend_availability_zone': ec2.ZONE,
        'ebs_availability_zone': ec2.ZONE,
        # The emulator's volumes are there within a second.
        'ebs_poll_interval': 0.5,
    },
}


def backends(cloud: Cloud) -> list[str]:
    """The names of the back ends of this cloud."""
    return str(_groups(cloud)['DEFAULT']['enabled_backends']).split(',')


def write(cloud: Cloud) -> Path:
    """Write the cinder.conf of all of Cinder's services."""
    return ini.write(cloud.etc / 'cinder.conf', _groups(cloud))


def _groups(cloud: Cloud) -> dict[str, ini.Group]:
    service = ini.credentials(cloud, 'cinder')
    usual = ini.merged(ini.common(cloud, 'cinder', 'cinder'), {
        'DEFAULT': {
            'my_ip': HOST,
            'host': 'cinder',
            'state_path': cloud.state('cinder'),
            'api_paste_config': environment_file('cinder/api-paste.ini'),
            'resource_query_filters_file':
                environment_file('cinder/resource_filters.json'),
            'glance_api_servers': cloud.url('glance'),
            'enabled_backends': ','.join(_BACKENDS),
            'default_availability_zone': PRIVATE_ZONE,
            # A service is known to work from its first report.
            'report_interval': 2,
            'periodic_fuzzy_delay': 0,
        },
        'nova': {**service, 'region_name': REGION},
        'service_user': {**service, 'send_service_user_token': True},
        'ec2': {**ec2.options(cloud),
                'accounts_file': research.accounts_file(cloud)},
        'ec2_costs': research.costs(cloud),
        **_BACKENDS,
    })
    return ini.merged(usual, cloud.cinder)
