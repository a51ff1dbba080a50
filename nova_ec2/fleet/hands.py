# SPDX-License-Identifier: Apache-2.0
"""Which servers are this host's, by their tags.

A server that has just changed hands may still be shown with older tags: for a
while it is known better here.
"""

import cachetools

from nova_ec2.fleet import ttl
from nova_ec2.models.server import Server

# Servers that changed hands lately and are remembered.
_REMEMBERED = 4096


class Hands:
    """One host's.

    :param cloud_id, host: as the tags name them
    """

    def __init__(self, cloud_id: str, host: str) -> None:
        self._cloud_id = cloud_id
        self._host = host
        self._lately: cachetools.TTLCache[str, bool] = (
            cachetools.TTLCache(_REMEMBERED, ttl.VISIBILITY))

    def changed(self, instance_id: str, *, ours: bool) -> None:
        """It is this host's from now on, or another's."""
        self._lately[instance_id] = ours

    def hold(self, server: Server, uuid: str) -> bool:
        """Whether an instance is this host's, and of that server."""
        owner = server.owner
        if owner is None or (owner.cloud_id, owner.server_uuid) != (
                self._cloud_id, uuid):
            return False
        return bool(self._lately.get(server.instance_id,
                                     owner.host == self._host))
