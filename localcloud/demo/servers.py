# SPDX-License-Identifier: Apache-2.0
"""Booting, snapshotting and deleting servers, as a user would."""

from typing import Any

from localcloud import clients, errors, waiting
from localcloud.cloud import Cloud
from localcloud.names import PRIVATE_HOST
from localcloud.steps import images
from localcloud.steps.keypair import NAME as KEY
from localcloud.steps.network import NAME as NETWORK

FLAVOR = 'm1.small'


class Servers:
    """The servers of a user.

    :param network: the name of that which they are in
    """

    def __init__(self, cloud: Cloud, user: str = 'demo',
                 network: str = NETWORK) -> None:
        self._user = clients.connection(cloud, user)
        self._network = network
        self._admin = clients.connection(cloud)

    def boot(self, name: str, image: str = images.NAME) -> Any:
        """Ask for a server, and wait until it is active.

        :raises CloudError: it is in ERROR; with its fault
        """
        compute = self._user.compute
        key = compute.find_keypair(KEY)
        asked = compute.create_server(
            name=name, **({'key_name': key.name} if key else {}),
            image_id=self._user.image.find_image(image).id,
            flavor_id=compute.find_flavor(FLAVOR).id,
            networks=[{'uuid': self._user.network.find_network(
                self._network).id}])
        return self.wait_active(asked)

    def wait_active(self, server: Any) -> Any:
        """The server as an administrator sees it, once it is active."""
        def probe() -> Any:
            now = self._admin.compute.get_server(server.id)
            if now.status == 'ERROR':
                reason = (now.fault or {}).get('message', 'no fault given')
                raise errors.CloudError(f'{now.name} failed: {reason}')
            return now if now.status == 'ACTIVE' else None
        return waiting.until(f'{server.name} ACTIVE', probe)

    def all(self) -> list[Any]:
        """All servers with their hosts, oldest first."""
        return sorted(self._admin.compute.servers(all_projects=True),
                      key=lambda server: (server.created_at, server.name))

    def snapshot(self, server: Any, name: str) -> Any:
        """Make an image of a server and wait until it can be booted."""
        made = self._user.compute.create_server_image(server, name)
        return waiting.until(
            f'image {name} active', lambda: self._active_image(made.id))

    def delete(self, doomed: list[Any]) -> None:
        """Delete servers, and wait until Nova has forgotten them."""
        for server in doomed:
            self._user.compute.delete_server(server.id)
        ids = {server.id for server in doomed}
        waiting.until('deletion of servers', lambda: not ids & {
            server.id for server in self.all()})

    def private_room(self) -> int:
        """How many more servers fit on the private host, says Placement."""
        compute, placement = self._admin.compute, self._admin.placement
        need = compute.find_flavor(FLAVOR).ram
        (provider,) = placement.resource_providers(name=PRIVATE_HOST)
        url = f'/resource_providers/{provider.id}'
        stock = placement.get(f'{url}/inventories').json()['inventories'][
            'MEMORY_MB']
        used = placement.get(f'{url}/usages').json()['usages']['MEMORY_MB']
        return (stock['total'] - stock['reserved'] - used) // need

    def _active_image(self, image_id: str) -> Any:
        image = self._user.image.find_image(image_id)
        if image is None:
            raise errors.CloudError('the snapshot failed: its image is gone')
        return image if image.status == 'active' else None
