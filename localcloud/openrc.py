# SPDX-License-Identifier: Apache-2.0
"""Files to source before the openstack command."""

from localcloud import clients, secretfile
from localcloud.cloud import REGION, Cloud

NAME = 'openrc'
ADMIN_NAME = 'openrc-admin'


def write(cloud: Cloud) -> None:
    """Write openrc for the user demo and openrc-admin for admin."""
    for name, user in ((NAME, 'demo'), (ADMIN_NAME, 'admin')):
        variables = {
            'OS_AUTH_URL': cloud.url('keystone') + '/v3',
            'OS_USERNAME': user,
            'OS_PASSWORD': cloud.passwords[user],
            'OS_PROJECT_NAME': clients.USERS[user],
            'OS_USER_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_REGION_NAME': REGION,
            'OS_IDENTITY_API_VERSION': '3',
        }
        secretfile.write(cloud.home / name, ''.join(
            f"export {key}='{value}'\n" for key, value in variables.items()))
