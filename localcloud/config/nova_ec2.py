# SPDX-License-Identifier: Apache-2.0
"""What the command nova-ec2 reads: no more of nova.conf than it needs."""

from pathlib import Path

from localcloud import ec2, research
from localcloud.cloud import Cloud
from localcloud.config import ini

NAME = 'nova-ec2.conf'


def write(cloud: Cloud) -> Path:
    """Write nova-ec2.conf, which holds the database's password."""
    return ini.write(cloud.etc / NAME, {
        'ec2': {**ec2.options(cloud),
                'availability_zone': ec2.ZONE,
                'accounts_file': research.accounts_file(cloud)},
        'ec2_costs': research.costs(cloud),
    })
