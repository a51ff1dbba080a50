# SPDX-License-Identifier: Apache-2.0
"""The Heat stack with the AutoScalingGroup."""

from pathlib import Path
from typing import Any

from localcloud import clients, errors
from localcloud.cloud import REGION, Cloud
from localcloud.demo import waiting
from localcloud.demo.servers import FLAVOR
from localcloud.steps import images, keypair, network

NAME = 'burst'
TEMPLATE = Path(__file__).with_name('autoscaling.yaml')


class Stack:
    """One stack of the user demo."""

    def __init__(self, cloud: Cloud) -> None:
        self._session = clients.signed_in(cloud, 'demo')
        self._heat = clients.connection(cloud, 'demo').orchestration
        self._id = ''

    def create(self) -> None:
        """Create it and wait until its servers are there."""
        made = self._heat.create_stack(
            name=NAME, template=TEMPLATE.read_text(), parameters={
                'image': images.NAME, 'flavor': FLAVOR,
                'network': network.NAME, 'key': keypair.NAME})
        self._id = made.id
        waiting.until(f'stack {NAME} complete',
                      lambda: self._is('CREATE_COMPLETE'))

    def signal(self, policy: str, members: int) -> None:
        """Signal ``grow`` or ``shrink``; wait for so many members."""
        self._ask('post', f'/resources/{policy}/signal', json={})
        waiting.until(
            f'{members} members',
            lambda: (len(self.members()) == members
                     and self._group_is_quiet()))

    def members(self) -> set[str]:
        """The ids of the servers in the group."""
        rows = self._ask('get', '/resources?nested_depth=2').json()
        return {row['physical_resource_id'] for row in rows['resources']
                if row['resource_type'] == 'OS::Nova::Server'
                and row['physical_resource_id']}

    def delete(self) -> None:
        """Delete it, and wait until it is gone."""
        self._heat.delete_stack(self._id)
        waiting.until(f'deletion of stack {NAME}',
                      lambda: self._is('DELETE_COMPLETE'))

    def _group_is_quiet(self) -> bool:
        rows = self._ask('get', '/resources?nested_depth=2').json()
        return all(row['resource_status'] in ('CREATE_COMPLETE',
                                              'UPDATE_COMPLETE',
                                              'SIGNAL_COMPLETE')
                   for row in rows['resources'])

    def _is(self, wanted: str) -> bool:
        row = self._ask('get', '').json()['stack']
        if row['stack_status'].endswith('FAILED'):
            raise errors.CloudError(
                f'stack {NAME}: {row["stack_status_reason"]}')
        return row['stack_status'] == wanted

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        return getattr(self._session, method)(
            f'/stacks/{NAME}/{self._id}{path}',
            endpoint_filter={'service_type': 'orchestration',
                             'region_name': REGION}, **arguments)
