# SPDX-License-Identifier: Apache-2.0
"""neutron.conf, and the private hosts' mechanism driver made known to it."""

from pathlib import Path

from localcloud import ec2, research
from localcloud.cloud import Cloud, environment_file
from localcloud.config import ini

EC2_HOSTS = 'ec2-*'

ENTRY_POINTS = '''[neutron.ml2.mechanism_drivers]
localcloud_private = localcloud.private_ports:PrivateMechanismDriver
'''


def write(cloud: Cloud) -> Path:
    """Write neutron.conf and the entry point of private_ports.py."""
    _write_entry_point(cloud.home / 'plugins' / 'localcloud-0.dist-info')
    usual = ini.merged(
        ini.common(cloud, 'neutron', 'neutron'), {
            'DEFAULT': {
                'core_plugin': 'ml2',
                'service_plugins': 'router,ec2',
                'auth_strategy': 'keystone',
                'state_path': cloud.state('neutron'),
                'api_paste_config': environment_file('neutron/api-paste.ini'),
                # No agents run here.
                'dhcp_agent_notification': False,
                'rpc_workers': 0,
                'rpc_state_report_workers': 0,
            },
            'nova': ini.credentials(cloud, 'nova'),
            'placement': ini.credentials(cloud, 'neutron'),
            'ml2': {
                'type_drivers': 'local,flat,vlan,ec2',
                # What a user makes lies on EC2.
                'project_network_types': 'ec2',
                'extension_drivers': 'port_security,ec2',
                'mechanism_drivers': 'ec2,localcloud_private',
            },
            'ml2_ec2': {
                'hosts': EC2_HOSTS,
                'default_zone': ec2.ZONE,
                'reconcile_interval': 5,
            },
            'ec2': {**ec2.options(cloud),
                    'accounts_file': research.accounts_file(cloud)},
            'ec2_costs': research.costs(cloud),
            'quotas': {'quota_port': -1, 'quota_security_group_rule': -1},
        })
    return ini.write(cloud.etc / 'neutron.conf',
                     ini.merged(usual, cloud.neutron))


def _write_entry_point(directory: Path) -> None:
    """Neutron finds mechanism drivers by entry point, by nothing else."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / 'METADATA').write_text(
        'Metadata-Version: 2.1\nName: localcloud\nVersion: 0\n')
    (directory / 'entry_points.txt').write_text(ENTRY_POINTS)
