# SPDX-License-Identifier: Apache-2.0
"""glance-api.conf."""

import shutil
from pathlib import Path

from localcloud.cloud import Cloud, environment_file
from localcloud.config import ini


def write(cloud: Cloud) -> Path:
    """Write glance-api.conf and its paste file into one directory."""
    directory = cloud.etc / 'glance'
    directory.mkdir(parents=True, exist_ok=True)
    paste = directory / 'glance-api-paste.ini'
    shutil.copy(environment_file('glance/glance-api-paste.ini'), paste)
    return ini.write(directory / 'glance-api.conf', ini.merged(
        ini.common(cloud, 'glance', 'glance'), {
            'DEFAULT': {
                'enabled_backends': 'files:file',
                'bind_host': '127.0.0.1',
                'worker_self_reference_url': cloud.url('glance'),
                'enabled_import_methods': '[]',
            },
            'glance_store': {'default_backend': 'files'},
            'files': {'filesystem_store_datadir': cloud.state('images')},
            'os_glance_staging_store': {
                'filesystem_store_datadir': cloud.state('image-staging')},
            'os_glance_tasks_store': {
                'filesystem_store_datadir': cloud.state('image-tasks')},
            'paste_deploy': {'flavor': 'keystone', 'config_file': paste},
        }))
