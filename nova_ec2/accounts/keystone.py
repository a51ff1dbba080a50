# SPDX-License-Identifier: Apache-2.0
"""``keystone``: the property ``ec2_account`` of the Keystone project.

    openstack project set --property ec2_account=research PROJECT

Keystone's default policy lets administrators alone change projects.
"""

import threading
from typing import Any

import cachetools
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.accounts.sources import Environment

LOG = logging.getLogger(__name__)

PROPERTY = 'ec2_account'
_PROJECTS = 10000


class KeystoneSource:
    """Asks Keystone, and remembers for ``[ec2] account_cache_time``."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._adapter: Any = None
        self._fresh: cachetools.TTLCache[str, str] = cachetools.TTLCache(
            _PROJECTS, environment.conf.ec2.account_cache_time)
        self._last: cachetools.LRUCache[str, str] = cachetools.LRUCache(
            _PROJECTS)

    def account_of(self, project_id: str) -> str:
        """See :class:`nova_ec2.accounts.sources.Source`.

        While Keystone is away what it said last holds.
        """
        with self._lock:
            if project_id in self._fresh:
                return str(self._fresh[project_id])
        try:
            name = self._ask(project_id)
        except exc.AccountUnavailable as error:
            with self._lock:
                last = self._last.get(project_id)
            if last is None:
                raise
            LOG.warning('Which account project %s has is not known anew, '
                        'what Keystone said before holds: %s', project_id,
                        error)
            return str(last)
        with self._lock:
            self._fresh[project_id] = self._last[project_id] = name
        return name

    def _ask(self, project_id: str) -> str:
        try:
            response = self._keystone().get(
                f'/projects/{project_id}', raise_exc=False,
                headers={'Accept': 'application/json'})
            status = int(response.status_code)
            found = response.json() if status == 200 else {}
        except Exception as error:
            # keystoneauth's tree, requests' and JSON's.
            raise exc.AccountUnavailable(
                f'Keystone could not be asked for the account of project '
                f'{project_id}: {error}') from error
        if status == 404:
            return ''
        if status != 200:
            raise exc.AccountUnavailable(
                f'Keystone does not show project {project_id} to this '
                f'service (HTTP {status}); its user needs the role admin, '
                f'or reader of the system')
        return str(found.get('project', {}).get(PROPERTY) or '').strip()

    def _keystone(self) -> Any:
        with self._lock:
            if self._adapter is None:
                self._adapter = self._environment.keystone()
            return self._adapter
