# SPDX-License-Identifier: Apache-2.0
"""Horizon's static files, collected and compressed once."""

import hashlib
import os
import sys
from pathlib import Path

from localcloud import cache, command, progress
from localcloud.cloud import ROOT, Cloud
from localcloud.config import horizon

MODULE = 'openstack_dashboard.settings'


def prepare(cloud: Cloud) -> Path:
    """The directory with the static files, made if it is not there.

    :raises CloudError: collectstatic or compress failed
    """
    content = b''.join(path.read_bytes() for path in (
        ROOT / 'constraints.txt', Path(horizon.__file__)))
    target = cache.entry(cloud, 'horizon-static',
                         hashlib.sha256(content).hexdigest()[:16])
    if not target.exists():
        with progress.step("collecting Horizon's static files (once)"):
            cache.fill(target, lambda part: _make(cloud, part))
    return target


def environment(cloud: Cloud, static: Path) -> dict[str, str]:
    """What Horizon's processes need to find their settings."""
    directory = horizon.write(cloud, static)
    return {'PYTHONPATH': os.pathsep.join((str(directory), str(ROOT))),
            'DJANGO_SETTINGS_MODULE': MODULE}


def _make(cloud: Cloud, directory: Path) -> None:
    for arguments in (['collectstatic', '--noinput'], ['compress', '--force']):
        command.run(cloud, 'horizon-static',
                    [sys.executable, '-m', 'django', *arguments],
                    environment(cloud, directory))
