# SPDX-License-Identifier: Apache-2.0
"""Which addresses a user asked for by value.

Where EC2 chooses the addresses of ports that Nova makes (``[ec2]
port_addresses``), a port that Nova made for a requested address
(``--nic net-id=...,v4-fixed-ip=...``) must keep it all the same. Nova tells
drivers neither, so the request is read where Nova turns it into ports.
"""

import threading
from typing import Any

import cachetools

_REMEMBERED = 10000


class RequestedAddresses:
    """Remembers requested addresses by server while it builds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_server: cachetools.LRUCache[str, frozenset[str]] = (
            cachetools.LRUCache(_REMEMBERED))

    def listen(self, network_api: Any) -> None:
        """Read along when Nova makes ports.

        :param network_api: the compute manager's own ``nova.network.neutron``
            API object; no other object is changed
        """
        allocate = network_api.allocate_for_instance

        def read_along(context: Any, instance: Any,
                       requested_networks: Any = None,
                       *args: Any, **kwargs: Any) -> Any:
            self._remember(instance.uuid, requested_networks)
            return allocate(context, instance, requested_networks,
                            *args, **kwargs)

        network_api.allocate_for_instance = read_along

    def _remember(self, uuid: str, requested_networks: Any) -> None:
        wanted = frozenset(
            str(request.address) for request in requested_networks or ()
            if request.address)
        with self._lock:
            self._by_server.pop(uuid, None)
            if wanted:
                self._by_server[uuid] = wanted

    def keeps(self, instance: Any, vif: Any) -> bool:
        """Whether a port keeps its address: it existed, or was asked for."""
        if vif.get('preserve_on_delete'):
            return True
        with self._lock:
            wanted = self._by_server.get(instance.uuid, frozenset())
        return any(ip['address'] in wanted for ip in vif.fixed_ips())
