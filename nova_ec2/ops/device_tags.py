# SPDX-License-Identifier: Apache-2.0
"""Device tags: what the user called a disk or an interface.

Nova keeps them in ``instance.device_metadata``, from where the config drive
and the metadata service tell the guest. The guest finds a disk by the device
name under which EC2 attached it, an interface by its MAC.
"""

import dataclasses
from typing import Any

from nova import objects
from nova.virt import driver


@dataclasses.dataclass(frozen=True)
class DeviceTags:
    """Keeps ``instance.device_metadata`` current."""

    def begin(self, build: Any) -> None:
        """Set it for a server that has just been launched.

        :param build: :class:`nova_ec2.ops.spawn.Build`
        """
        if build.network_info or _may_be_tagged(build.block_device_info):
            self.refresh(build.context, build.instance)

    def refresh(self, context: Any, instance: Any,
                network_info: Any = None) -> None:
        """Set it from the server's tagged disks and interfaces.

        The caller saves the instance.

        :param network_info: what is known of the interfaces where Nova does
            not have it yet

        Nova expects it to be set wherever a tagged device exists, and takes a
        detached disk out of it by its serial, Cinder's id.
        """
        found = [*_disks(context, instance), *_interfaces(
            context, instance, network_info or instance.get_network_info())]
        if not found and not instance.device_metadata:
            return
        instance.device_metadata = objects.InstanceDeviceMetadata(
            devices=found)


def _may_be_tagged(block_device_info: Any) -> bool:
    """Whether it is worthwhile to ask nova-conductor for tags of disks."""
    disks = [*driver.block_device_info_get_image(block_device_info),
             *driver.block_device_info_get_ephemerals(block_device_info),
             *driver.block_device_info_get_mapping(block_device_info)]
    swap = driver.block_device_info_get_swap(block_device_info)
    if driver.swap_is_usable(swap):
        disks.append(swap)
    return any(map(_disk_may_be_tagged, disks))


def _disk_may_be_tagged(disk: Any) -> bool:
    # Nova's own record lies behind its disk, though under a private name.
    record = getattr(disk, '_bdm_obj', None)
    return record is None or 'tag' not in record or bool(record.tag)


def _disks(context: Any, instance: Any) -> list[Any]:
    bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
        context, instance.uuid)
    found = []
    for bdm in bdms:
        if bdm.tag:
            disk = objects.DiskMetadata(path=bdm.device_name, tags=[bdm.tag])
            if bdm.volume_id:
                disk.serial = bdm.volume_id
            found.append(disk)
    return found


def _interfaces(context: Any, instance: Any,
                network_info: Any) -> list[Any]:
    """By the MACs that EC2 chose, which Nova's own table does not have."""
    if not network_info:
        return []
    macs = {vif['id']: vif['address'] for vif in network_info}
    return [objects.NetworkInterfaceMetadata(mac=macs[vif.uuid],
                                             tags=[vif.tag])
            for vif in objects.VirtualInterfaceList.get_by_instance_uuid(
                context, instance.uuid)
            if vif.tag and vif.uuid in macs]
