# SPDX-License-Identifier: Apache-2.0
"""Heat stacks of the demonstration."""

from pathlib import Path
from typing import Any

from localcloud import clients, errors, waiting
from localcloud.cloud import REGION, Cloud
from localcloud.demo.servers import FLAVOR
from localcloud.steps import images, keypair


class Stack:
    """One stack of the user demo.

    :param name: its own, and that of its template beside this file
    :param parameters: of the template, beside image, flavor and key
    """

    def __init__(self, cloud: Cloud, name: str, **parameters: str) -> None:
        self._name = name
        self._template = Path(__file__).with_name(f'{name}.yaml')
        self._parameters = {'image': images.NAME, 'flavor': FLAVOR,
                            'key': keypair.NAME, **parameters}
        self._session = clients.signed_in(cloud, 'demo')
        self._heat = clients.connection(cloud, 'demo').orchestration
        self._id = ''

    def create(self) -> None:
        """Create it and wait until its servers are there."""
        made = self._heat.create_stack(
            name=self._name, template=self._template.read_text(),
            parameters=self._parameters)
        self._id = made.id
        waiting.until(f'stack {self._name} complete',
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

    def outputs(self) -> dict[str, str]:
        """What the template tells of what it made."""
        return {one['output_key']: one['output_value'] for one in
                self._ask('get', '').json()['stack']['outputs']}

    def delete(self) -> None:
        """Delete it, and wait until it is gone."""
        self._heat.delete_stack(self._id)
        waiting.until(f'deletion of stack {self._name}',
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
                f'stack {self._name}: {row["stack_status_reason"]}')
        return row['stack_status'] == wanted

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        return getattr(self._session, method)(
            f'/stacks/{self._name}/{self._id}{path}',
            endpoint_filter={'service_type': 'orchestration',
                             'region_name': REGION}, **arguments)
