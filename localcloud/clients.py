# SPDX-License-Identifier: Apache-2.0
"""Signed-in sessions for the local cloud's own APIs."""

import functools
from typing import Any

import openstack
from keystoneauth1 import exceptions, session
from keystoneauth1.identity import v3

from localcloud.cloud import REGION, Cloud

USERS = {'admin': 'admin', 'demo': 'demo', 'research': 'research'}
"""User -> project; passwords are in cloud.passwords by the user's name."""


@functools.lru_cache(maxsize=8)
def _session(url: str, user: str, password: str) -> session.Session:
    auth = v3.Password(
        auth_url=url, username=user, password=password,
        project_name=USERS[user], user_domain_name='Default',
        project_domain_name='Default')
    return session.Session(auth=auth, timeout=120)


def signed_in(cloud: Cloud, user: str = 'admin') -> session.Session:
    """A session of one of USERS."""
    return _session(cloud.url('keystone') + '/v3', user,
                    cloud.passwords[user])


def forget() -> None:
    """Sign in anew from now on, for the service catalogue has changed."""
    _session.cache_clear()


def connection(cloud: Cloud,
               user: str = 'admin') -> openstack.connection.Connection:
    """The SDK's connection of one of USERS."""
    return openstack.connection.Connection(
        session=signed_in(cloud, user), region_name=REGION,
        app_name='localcloud', compute_api_version='2.96')


def try_get(cloud: Cloud, service: str, path: str, key: str,
            microversion: str | None = None) -> list[Any]:
    """The rows that an API lists; empty while it cannot answer."""
    try:
        response = signed_in(cloud).get(
            path, endpoint_filter={'service_type': service,
                                   'region_name': REGION},
            headers={'Accept': 'application/json'}, microversion=microversion)
    except (exceptions.ClientException, KeyError):
        return []
    return response.json().get(key, [])
