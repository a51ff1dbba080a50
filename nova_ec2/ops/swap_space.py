# SPDX-License-Identifier: Apache-2.0
"""Swap space that another flavor wants larger, smaller or not at all.

EBS volumes do not shrink, and nothing in swap space outlives the stop of its
server: so it gets another volume. A tag marks both volumes, the old one
before it is detached, so that an interrupted change can be taken back.
"""

import dataclasses
from typing import Any

from nova import block_device, objects
from nova import context as nova_context

from nova_ec2.mapping import devices, encryption
from nova_ec2.mapping import disks as disk_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import Disk
from nova_ec2.models.server import Server, ServerState
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site
from nova_ec2.ops.root_disk import RootDisk
from nova_ec2.ops.states import States


@dataclasses.dataclass(frozen=True)
class SwapSpace:
    """The swap disks of one host's servers."""

    site: Site
    states: States

    def fit(self, instance: Any, server: Server, flavor: Any,
            request_id: str) -> None:
        """Give a server the swap disk of a flavor, or none.

        It is stopped where that changes something, and stays so. All can be
        repeated, and be undone with the flavor before, from wherever it was
        left.

        :param flavor: :class:`nova.objects.Flavor`, swap in MiB
        :param request_id: Nova's, so that each request makes its own, once
        :raises NovaEC2Error: EC2 did not; the old volume may still be there
        """
        size, steps = disk_mapping.swap_gib(flavor), RootDisk(self.site)
        present = self._present(instance, server)
        if _fits(present, size, server):
            return
        if server.state is not ServerState.STOPPED:
            server = self.states.stop(server, 0)
        fitting = next((one for one in present if one.size_gib == size), None)
        others = [one for one in present if one is not fitting]
        name = self._name(server, present)
        if size and fitting is None:
            fitting = steps.make_blank(
                instance, tag_keys.ROLE_SWAP, request_id,
                self._disk(instance, flavor, name, size))
        for volume in others:
            steps.detach(volume.volume_id, server)
        if fitting is not None:
            there = fitting.on(server.instance_id)
            steps.attach(fitting.volume_id, server,
                         there.device_name if there else name, True)
        for volume in others:
            steps.delete(volume.volume_id)

    def note_name(self, instance: Any, server: Server) -> None:
        """Put the disk's name into Nova's new record, which has none.

        A later launch uses it, and so the disk is found again.
        """
        bdm = _record(instance)
        if bdm is None or bdm.device_name:
            return
        for one in self._present(instance, server):
            there = one.on(server.instance_id)
            if there is not None:
                bdm.device_name = there.device_name
                bdm.save()

    def _present(self, instance: Any, server: Server) -> list[Volume]:
        """The server's swap disks, all marked: more than one while changed.
        """
        found = {one.volume_id: one for one in self.site.ec2.volumes.find({
            tag_keys.CLOUD: self.site.cloud_id,
            tag_keys.SERVER: instance.uuid,
            tag_keys.ROLE: tag_keys.ROLE_SWAP})}
        launched = self._launched(instance, server)
        if launched is not None and launched.volume_id not in found:
            # One of a shared launch does not name its server either.
            self.site.ec2.tags.put(launched.volume_id, {
                tag_keys.SERVER: instance.uuid,
                tag_keys.ROLE: tag_keys.ROLE_SWAP})
            found[launched.volume_id] = launched
        return list(found.values())

    def _launched(self, instance: Any, server: Server) -> Volume | None:
        """The swap disk that came with the launch, while it is attached.

        Nova's record has its name. That it goes with the server tells it
        from a volume of Cinder's.
        """
        record = _record(instance)
        name = record.device_name if record else None
        for one in server.block_devices:
            if one.device_name == name and one.delete_on_termination:
                return self.site.volumes.fresh(one.volume_id)
        return None

    @staticmethod
    def _name(server: Server, present: list[Volume]) -> str:
        """The name of the disk before, else a free one."""
        own = {one.volume_id for one in present}
        for one in server.block_devices:
            if one.volume_id in own:
                return one.device_name
        return devices.next_name(
            [one.device_name for one in server.block_devices],
            server.root_device_name)

    def _disk(self, instance: Any, flavor: Any, name: str,
              size: int) -> Disk:
        options = self.site.conf.ec2
        disk = Disk(device_name=name, size_gib=size,
                    volume_type=options.volume_type)
        if encryption.asked_for(flavor, instance.image_meta):
            disk, = encryption.apply((disk,), options.kms_key)
        return disk


def _fits(present: list[Volume], size: int, server: Server) -> bool:
    """Whether a disk of this size is attached, and there is no other."""
    attached = [one.size_gib for one in present
                if one.on(server.instance_id)]
    return (attached == ([size] if size else [])
            and len(attached) == len(present))


def _record(instance: Any) -> Any:
    """Nova's BlockDeviceMapping of the swap disk, None without one."""
    bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
        nova_context.get_admin_context(), instance.uuid)
    return next(filter(block_device.new_format_is_swap, bdms), None)
