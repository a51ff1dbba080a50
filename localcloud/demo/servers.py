# SPDX-License-Identifier: Apache-2.0
"""Booting, snapshotting and deleting servers, as a user would."""

from typing import Any

from localcloud import clients, errors, waiting
from localcloud.cloud import Cloud
from localcloud.names import PRIVATE_HOST
from localcloud.steps import images, keypair, network

FLAVOR = 'm1.small'


class Servers:
    """The servers of the user demo."""

    def __init__(self, cloud: Cloud) -> None:
        self._demo = clients.connection(cloud, 'demo')
        self._admin = clients.connection(cloud)

    def boot(self, name: str, image: str = images.NAME) -> Any:
        """Ask for a server, and wait until it is active.

        :raises CloudError: it is in ERROR; with its fault
        """
        compute = self._demo.compute
        asked = compute.create_server(
            name=name, key_name=keypair.NAME,
            image_id=self._demo.image.find_image(image).id,
            flavor_id=compute.find_flavor(FLAVOR).id,
            networks=[{'uuid': self._demo.network.find_network(
                network.NAME).id}])
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
        made = self._demo.compute.create_server_image(server, name)
        return waiting.until(
            f'image {name} active', lambda: self._active_image(made.id))

    def delete(self, doomed: list[Any]) -> None:
        """Delete servers, and wait until Nova has forgotten them."""
        for server in doomed:
            self._demo.compute.delete_server(server.id)
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
        image = self._demo.image.find_image(image_id)
        if image is None:
            raise errors.CloudError('the snapshot failed: its image is gone')
        return image if image.status == 'active' else None
