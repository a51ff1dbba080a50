# SPDX-License-Identifier: Apache-2.0
"""A root volume in place of another, and back.

A swap begins when the new volume is made, whose tags name the one that it
replaces, and ends when one of the two is deleted. What lies between is found
by these tags and by where both are attached, never from memory: so each
direction can be taken from any point, again and again.
"""

import dataclasses
from typing import Any

from nova.compute import vm_states
from oslo_concurrency import lockutils

from nova_ec2.mapping import devices
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site, living
from nova_ec2.ops.root_disk import RootDisk


@dataclasses.dataclass(frozen=True, slots=True)
class Swap:
    """A swap that was begun.

    :param new: the volume that stands in, or is to
    :param old_id: the volume that it replaces
    :param old_stays: that one does not go with the server: it is Cinder's
    """

    new: Volume
    old_id: str
    old_stays: bool = False

    @property
    def role(self) -> str:
        """``ROLE_RESCUE`` or ``ROLE_ROOT``."""
        return self.new.tags.get(tag_keys.ROLE, '')

    @classmethod
    def of(cls, volume: Volume) -> 'Swap | None':
        """The swap that a volume was made for, None where for none."""
        old_id = volume.tags.get(tag_keys.REPLACES, '')
        if not old_id:
            return None
        return cls(volume, old_id, volume.tags.get(
            tag_keys.REPLACED_STAYS) == 'true')


def alone(server_uuid: str) -> Any:
    """A lock: one at a time moves the root volumes of a server.

    Nova's task states keep verbs apart, but not from what is put right at
    the start of the service.
    """
    return lockutils.lock(f'nova-ec2-root-{server_uuid}')


@dataclasses.dataclass(frozen=True)
class Swaps:
    """The swaps of one host's servers, which must be stopped for them."""

    site: Site

    @property
    def disk(self) -> RootDisk:
        """The single steps."""
        return RootDisk(self.site)

    def begun(self, instance: Any) -> Swap | None:
        """The swap of a server that has not come to its end."""
        found = self.site.ec2.volumes.find({
            tag_keys.CLOUD: self.site.cloud_id,
            tag_keys.SERVER: instance.uuid}, tag_keys.REPLACES)
        for swap in filter(None, map(Swap.of, found)):
            if swap.role == tag_keys.ROLE_RESCUE or (
                    self.disk.read(swap.old_id) is not None):
                return swap
        return None

    def finish(self, swap: Swap, server: Server, instance: Any) -> Server:
        """Bring a swap to the end that Nova's state asks for.

        :returns: the server as it then is
        """
        if swap.role != tag_keys.ROLE_RESCUE:
            self.put_instead(server, swap)
        elif instance.vm_state == vm_states.RESCUED:
            self.put_beside(server, swap)
        else:
            self.put_back(server, swap)
        return living(self.site.fleet.reader.fresh(server.instance_id),
                      instance)

    def put_beside(self, server: Server, swap: Swap) -> None:
        """The new volume as root, the old one as a further disk."""
        self._take_root(server, swap)
        name = devices.next_name(
            [one.device_name for one in server.block_devices
             if one.volume_id not in (swap.old_id, swap.new.volume_id)],
            server.root_device_name)
        self.disk.attach(swap.old_id, server, name, not swap.old_stays)

    def put_instead(self, server: Server, swap: Swap) -> None:
        """The new volume as root, the old one deleted."""
        self._take_root(server, swap)
        self.disk.delete(swap.old_id)

    def _take_root(self, server: Server, swap: Swap) -> None:
        new = self.disk.read(swap.new.volume_id)
        if new is None or new.on(server.instance_id) is None:
            self.disk.detach(swap.old_id, server)
        self.disk.attach(swap.new.volume_id, server, server.root_device_name,
                         True)

    def put_back(self, server: Server, swap: Swap) -> None:
        """The old volume as root again, the new one deleted."""
        root = server.root_device_name
        old = self.disk.read(swap.old_id)
        there = old.on(server.instance_id) if old else None
        if there is None or there.device_name != root:
            self.disk.detach(swap.new.volume_id, server)
            self.disk.detach(swap.old_id, server)
        self.disk.attach(swap.old_id, server, root, not swap.old_stays)
        self.disk.delete(swap.new.volume_id)
