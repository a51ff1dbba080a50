# SPDX-License-Identifier: Apache-2.0
"""heat.conf."""

import shutil
from pathlib import Path

from localcloud.cloud import REGION, Cloud, environment_file
from localcloud.config import ini

STACK_DOMAIN = 'heat'
STACK_DOMAIN_ADMIN = 'heat_domain_admin'


def write(cloud: Cloud) -> Path:
    """Write heat.conf and its paste file where Heat looks for them."""
    directory = cloud.etc / 'heat'
    directory.mkdir(parents=True, exist_ok=True)
    paste = directory / 'api-paste.ini'
    shutil.copy(environment_file('heat/api-paste.ini'), paste)
    return ini.write(directory / 'heat.conf', ini.merged(
        ini.common(cloud, 'heat', 'heat'), {
            'DEFAULT': {
                'region_name_for_services': REGION,
                'stack_user_domain_name': STACK_DOMAIN,
                'stack_domain_admin': STACK_DOMAIN_ADMIN,
                'stack_domain_admin_password': cloud.passwords['heat-domain'],
                'auth_encryption_key': cloud.passwords['heat-encryption'],
                'num_engine_workers': 1,
                'environment_dir': environment_file(
                    'heat/environment.d'),
                'template_dir': environment_file('heat/templates'),
            },
            'paste_deploy': {'api_paste_config': paste},
            'trustee': _trustee(cloud),
            'clients_keystone': {'auth_uri': cloud.url('keystone')},
        }))


def _trustee(cloud: Cloud) -> dict[str, object]:
    """Heat's own user without a project: the trust brings one along."""
    return {key: value for key, value in
            ini.credentials(cloud, 'heat').items()
            if not key.startswith('project_')}
