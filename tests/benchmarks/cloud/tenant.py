# SPDX-License-Identifier: Apache-2.0
"""A project of its own for each burst: quota, lists and addresses start anew.
"""

import time
from collections.abc import Callable
from typing import Any

import openstack
from keystoneauth1 import session
from keystoneauth1.identity import v3

from localcloud import clients, errors
from localcloud.cloud import REGION, Cloud
from localcloud.steps import images, keypair
from tests.benchmarks import calls

FLAVOR = 'm1.small'
_POLL = 0.5


class TimeUpError(errors.CloudError):
    """What was waited for did not come in time."""


class Tenant:
    """The user demo in a new project.

    :param zone: where all servers are built
    """

    def __init__(self, cloud: Cloud, name: str, zone: str) -> None:
        identity = clients.connection(cloud).identity
        project = identity.create_project(name=name, domain_id='default')
        identity.assign_project_role_to_user(
            project, identity.find_user('demo', domain_id='default'),
            identity.find_role('member'))
        auth = v3.Password(
            auth_url=cloud.url('keystone') + '/v3', username='demo',
            password=cloud.passwords['demo'], project_name=name,
            user_domain_name='Default', project_domain_name='Default')
        # One request for hundreds of servers takes Nova's API a while.
        self._session = session.Session(auth=auth, timeout=1200)
        self._connection = openstack.connection.Connection(
            session=self._session, region_name=REGION, app_name='bench',
            compute_api_version='2.96')
        self._zone = zone
        self._image = self._connection.image.find_image(images.NAME).id
        self._flavor = self._connection.compute.find_flavor(FLAVOR).id

    def network(self, cidr: str, first: str, last: str, gateway: str) -> str:
        """A network that hands out a part of the EC2 subnet's addresses."""
        network = self._connection.network
        made = network.create_network(name='bench')
        network.create_subnet(
            name='bench', network_id=made.id, ip_version=4, cidr=cidr,
            gateway_ip=gateway,
            allocation_pools=[{'start': first, 'end': last}])
        return str(made.id)

    def ask(self, count: int, network: str) -> None:
        """Ask for servers in one request.

        :param network: its id, '' for servers without a port
        """
        self._compute('post', '/servers', json={'server': {
            'name': 'bench', 'imageRef': self._image,
            'flavorRef': self._flavor, 'key_name': keypair.NAME,
            'metadata': calls.METADATA, 'availability_zone': self._zone,
            'networks': [{'uuid': network}] if network else 'none',
            'min_count': count, 'max_count': count}})

    def running(self) -> int:
        """How many servers run now."""
        return len(self._list('ACTIVE'))

    def await_active(self, count: int, minutes: float) -> None:
        """Wait until so many servers run and none is built any more.

        :raises TimeUpError: not within this time
        :raises CloudError: one failed
        """
        _until(lambda: not self._list('BUILD', limit=1), minutes)
        failed = self._list('ERROR')
        if failed:
            fault = self._compute('get', f'/servers/{failed[0]["id"]}')[
                'server'].get('fault', {}).get('message', 'no fault given')
            raise errors.CloudError(
                f'{len(failed)} of {count} servers failed: {fault}')
        active = self.running()
        if active != count:
            raise errors.CloudError(f'{active} of {count} servers run')

    def _list(self, status: str, **query: Any) -> list[dict[str, Any]]:
        return list(self._compute('get', '/servers', params={
            'status': status, **query})['servers'])

    def _compute(self, method: str, path: str, **request: Any) -> Any:
        answer = self._session.request(
            path, method.upper(), microversion='2.96', endpoint_filter={
                'service_type': 'compute', 'region_name': REGION},
            headers={'Accept': 'application/json'}, **request)
        return answer.json()


def _until(probe: Callable[[], bool], minutes: float) -> None:
    deadline = time.monotonic() + minutes * 60
    while not probe():
        if time.monotonic() > deadline:
            raise TimeUpError(f'not within {minutes:g} minutes')
        time.sleep(_POLL)
