# SPDX-License-Identifier: Apache-2.0
"""placement.conf."""

from pathlib import Path

from localcloud.cloud import Cloud
from localcloud.config import ini


def write(cloud: Cloud) -> Path:
    """Write placement.conf into a directory of its own, as Placement wants."""
    common = ini.common(cloud, 'placement', 'placement')
    return ini.write(cloud.etc / 'placement' / 'placement.conf', {
        'DEFAULT': {'use_stderr': True, 'log_dir': ''},
        'placement_database': common['database'],
        'keystone_authtoken': common['keystone_authtoken'],
        'api': {'auth_strategy': 'keystone'},
    })
