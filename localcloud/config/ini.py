# SPDX-License-Identifier: Apache-2.0
"""Writing oslo.config files, and the groups that all projects share."""

from collections.abc import Mapping
from pathlib import Path

from localcloud import secretfile
from localcloud.cloud import HOST, REGION, Cloud

Group = Mapping[str, object]
DATABASE_USER = 'localcloud'
SERVICE_PROJECT = 'service'


def write(path: Path, groups: Mapping[str, Group]) -> Path:
    """Write a configuration file; it holds passwords, so mode 0600.

    An option whose value is a tuple is written once for each of its members.
    """
    lines: list[str] = []
    for name, options in groups.items():
        lines.append(f'[{name}]')
        lines += [f'{key} = {one}' for key, value in options.items()
                  for one in (value if isinstance(value, tuple) else [value])]
        lines.append('')
    return secretfile.write(path, '\n'.join(lines))


def database(cloud: Cloud, name: str) -> str:
    """The SQLAlchemy URL of a database."""
    return (f'mysql+pymysql://{DATABASE_USER}:{cloud.passwords["database"]}'
            f'@{HOST}:{cloud.port("mariadb")}/{name}?charset=utf8mb4')


def transport(cloud: Cloud) -> str:
    """The oslo.messaging URL of the broker."""
    return (f'rabbit://localcloud:{cloud.passwords["rabbitmq"]}'
            f'@{HOST}:{cloud.port("rabbitmq")}/')


def credentials(cloud: Cloud, user: str) -> dict[str, object]:
    """How a service's own user signs in to Keystone."""
    return {
        'auth_type': 'password',
        'auth_url': cloud.url('keystone') + '/v3',
        'username': user,
        'password': cloud.passwords['service'],
        'project_name': SERVICE_PROJECT,
        'user_domain_name': 'Default',
        'project_domain_name': 'Default',
        'region_name': REGION,
    }


def common(cloud: Cloud, user: str, database_name: str) -> dict[str, Group]:
    """The groups that every project but Keystone takes alike."""
    return {
        'DEFAULT': {
            'transport_url': transport(cloud),
            'use_stderr': True,
            'log_dir': '',
        },
        'database': {'connection': database(cloud, database_name)},
        'keystone_authtoken': {
            **credentials(cloud, user),
            'www_authenticate_uri': cloud.url('keystone'),
            'service_token_roles': 'service',
            'service_token_roles_required': True,
        },
        'oslo_concurrency': {'lock_path': cloud.state(f'locks-{user}')},
        'oslo_messaging_notifications': {'driver': 'noop'},
    }


def merged(base: Mapping[str, Group],
           more: Mapping[str, Group]) -> dict[str, Group]:
    """Both, option by option; ``more`` wins."""
    return {name: {**base.get(name, {}), **more.get(name, {})}
            for name in [*base, *(set(more) - set(base))]}
