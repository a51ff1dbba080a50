# SPDX-License-Identifier: Apache-2.0
"""On what the figures were measured, and with which setting."""

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

_PACKAGES = ('nova', 'neutron', 'openstack-placement', 'keystone', 'moto',
             'boto3', 'botocore', 'lxml', 'SQLAlchemy', 'oslo.messaging',
             'nova-ec2')

SETTING = {
    'key and image': 'known to the driver', 'boot': 'from image',
    'ports': 'one, or none where the key says so', 'volumes': 0,
    'tags a server': 20, 'max_concurrent_builds': 100,
    'emulator, seconds from pending to running': 5,
    'emulator, throttling of bursts': "EC2's published buckets",
}


def about() -> dict[str, Any]:
    """Machine, versions and date."""
    return {
        'date': datetime.datetime.now(datetime.UTC).isoformat(
            timespec='seconds'),
        'machine': {
            'cores': len(os.sched_getaffinity(0)),
            'processor': _processor(),
            'memory_gib': round(os.sysconf('SC_PAGE_SIZE') * os.sysconf(
                'SC_PHYS_PAGES') / (1 << 30), 1),
            'system': platform.platform(),
            'load_at_start': round(os.getloadavg()[0], 2)},
        'versions': {'python': platform.python_version()} | {
            name: _version(name) for name in _PACKAGES},
        'setting': SETTING}


def _processor() -> str:
    for line in Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            return line.partition(':')[2].strip()
    return platform.machine()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return 'not installed'
