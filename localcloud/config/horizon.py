# SPDX-License-Identifier: Apache-2.0
"""Horizon's local_settings.py, found ahead of Horizon's own directory.

Horizon imports ``local.local_settings`` from anywhere on the path, so that
nothing has to be written into the installed package.
"""

from pathlib import Path

from localcloud import secretfile
from localcloud.cloud import HOST, Cloud

# Horizon takes every public name in here as a setting.
SETTINGS = '''\
from pathlib import Path as _Path

import heat_dashboard as _heat_dashboard
from openstack_dashboard.local import enabled as _enabled

DEBUG = False
ALLOWED_HOSTS = [{host!r}, 'localhost']
SECRET_KEY = {secret!r}
OPENSTACK_HOST = {host!r}
OPENSTACK_KEYSTONE_URL = {keystone!r}
OPENSTACK_KEYSTONE_DEFAULT_ROLE = 'member'
CACHES = {{'default': {{
    'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}}}
STATIC_ROOT = {static!r}
COMPRESS_OFFLINE = True
AVAILABLE_THEMES = [('default', 'Default', 'themes/default')]
TIME_ZONE = 'UTC'
# Servers have local root disks, unless somebody asks for a volume.
LAUNCH_INSTANCE_DEFAULTS = {{'create_volume': False}}

# The Orchestration panels: what its manual copies into Horizon's tree.
_plugin = _Path(_heat_dashboard.__file__).parent
_enabled.__path__.append(str(_plugin / 'enabled'))
OPENSTACK_HEAT_STACK = {{'enable_user_pass': True}}
from openstack_dashboard.defaults import (  # noqa: E402
    DEFAULT_POLICY_FILES, POLICY_FILES)
POLICY_FILES = {{**POLICY_FILES,
                'orchestration': str(_plugin / 'conf/heat_policy.yaml')}}
DEFAULT_POLICY_FILES = {{
    **DEFAULT_POLICY_FILES,
    'orchestration': str(_plugin / 'conf/default_policies/heat.yaml')}}
LOGGING = {{
    'version': 1, 'disable_existing_loggers': False,
    'handlers': {{'console': {{'class': 'logging.StreamHandler'}}}},
    'root': {{'handlers': ['console'], 'level': 'WARNING'}},
}}
'''


def write(cloud: Cloud, static: Path) -> Path:
    """Write the package ``local`` and return the directory that holds it.

    :param static: where the collected static files are
    """
    directory = cloud.etc / 'horizon'
    secretfile.write(directory / 'local' / '__init__.py', '')
    secretfile.write(
        directory / 'local' / 'local_settings.py',
        SETTINGS.format(host=HOST, static=str(static),
                        secret=cloud.passwords['horizon'],
                        keystone=cloud.url('keystone') + '/v3'))
    return directory
