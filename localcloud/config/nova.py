# SPDX-License-Identifier: Apache-2.0
"""nova.conf: what all of Nova's services share, and what hosts add."""

from pathlib import Path

from localcloud import research
from localcloud.cloud import HOST, REGION, Cloud, environment_file
from localcloud.config import ini
from localcloud.steps import external_network

WEIGHERS = ('nova.scheduler.weights.all_weighers,'
            'nova_ec2.scheduler.weighers.PrivateFirstWeigher')
AVAILABLE_FILTERS = ('nova.scheduler.filters.all_filters',
                     'nova_ec2.scheduler.filters.EC2MoveFilter',
                     'nova_ec2.scheduler.port_filter.EC2PortFilter',
                     'nova_ec2.scheduler.burst_filter.EC2BurstFilter')
# Nova's own choice, and ours.
FILTERS = ('ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,'
           'ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter,'
           'EC2MoveFilter,EC2PortFilter,EC2BurstFilter')


def write(cloud: Cloud) -> Path:
    """Write the nova.conf of the API, the conductor and the scheduler."""
    return ini.write(cloud.etc / 'nova.conf', _shared(cloud))


def write_host(cloud: Cloud, host: str, driver: str,
               groups: dict[str, ini.Group]) -> Path:
    """Write the nova.conf of a nova-compute.

    :param host: the name of the compute host
    :param driver: Nova's compute_driver
    :param groups: what this host needs beside
    """
    own: dict[str, ini.Group] = {'DEFAULT': {
        'host': host,
        'compute_driver': driver,
        # The host's identity (compute_id) lies here.
        'state_path': cloud.state(f'compute-{host}'),
        # Hosts have no database access.
        'instances_path': cloud.state(f'compute-{host}') / 'instances',
    }}
    shared = {name: options for name, options in _shared(cloud).items()
              if name not in ('database', 'api_database')}
    return ini.write(cloud.etc / f'nova-{host}.conf',
                     ini.merged(ini.merged(shared, own), groups))


def _shared(cloud: Cloud) -> dict[str, ini.Group]:
    service = ini.credentials(cloud, 'nova')
    usual = ini.merged(ini.common(cloud, 'nova', 'nova'), {
        'DEFAULT': {
            'my_ip': HOST,
            'state_path': cloud.state('nova'),
            'osapi_compute_listen': HOST,
            # Ports are bound at once here, and no agent sends events.
            'vif_plugging_is_fatal': False,
            'vif_plugging_timeout': 0,
            'ram_allocation_ratio': 1.0,
            'report_interval': 5,
            # Else a new host is noticed up to a minute late.
            'periodic_fuzzy_delay': 0,
            'service_down_time': 30,
            # An instance on EC2 is resized in place.
            'allow_resize_to_same_host': True,
        },
        'api_database': {'connection': ini.database(cloud, 'nova_api')},
        'wsgi': {'api_paste_config': environment_file('nova/api-paste.ini')},
        'placement': service,
        'service_user': {**service, 'send_service_user_token': True},
        'neutron': {**service, 'service_metadata_proxy': False,
                    'default_floating_pool': external_network.NAME},
        'glance': service,
        'cinder': {
            **service, 'os_region_name': REGION,
            'catalog_info': 'block-storage::publicURL',
            # A volume on EC2 and its server are always in one zone.
            'cross_az_attach': False,
        },
        'conductor': {'workers': 1},
        'scheduler': {'workers': 1, 'discover_hosts_in_cells_interval': 2},
        'filter_scheduler': {
            'weight_classes': WEIGHERS,
            'available_filters': AVAILABLE_FILTERS,
            'enabled_filters': FILTERS,
        },
        'quota': {'instances': 100, 'cores': 200, 'ram': 1024 * 1024},
        'vnc': {'enabled': False},
        'ec2_scheduler': {'policy_file': research.policy_file(cloud)},
        'ec2_costs': research.costs(cloud),
    })
    return ini.merged(usual, cloud.nova)
