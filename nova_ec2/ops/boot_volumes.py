# SPDX-License-Identifier: Apache-2.0
"""The further volumes that a server is built with.

Checked before anything is launched, attached when the server runs, before
Nova hears that it does. Where one cannot be attached the build fails, and
Nova destroys the server, which frees the others.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from nova.volume import cinder
from oslo_log import log as logging

from nova_ec2.mapping import devices
from nova_ec2.mapping import volumes as mapping
from nova_ec2.models.connection import Connection
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.server import Server
from nova_ec2.ops.volumes import Volumes

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class BootVolume:
    """One of them.

    :param bdm: nova.virt.block_device.DriverVolumeBlockDevice
    """

    connection: Connection
    bdm: Any


@dataclasses.dataclass(frozen=True)
class BootVolumes:
    """Gives servers that are being built their volumes."""

    volumes: Volumes

    def read(self, context: Any, block_device_info: Any
             ) -> tuple[BootVolume, ...]:
        """The volumes of a request, each checked.

        :raises VolumeRefused: one cannot be on a server here; says why
        """
        return tuple(self._read(context, bdm) for bdm
                     in mapping.data_volumes(block_device_info))

    def _read(self, context: Any, bdm: Any) -> BootVolume:
        info = bdm['connection_info']
        encryption = None
        if info.get('data', {}).get('encrypted'):
            encryption = cinder.API().get_volume_encryption_metadata(
                context, mapping.connection(info).cinder_id)
        wanted = self.volumes.wanted(info, encryption)
        self.volumes.checked(wanted)
        return BootVolume(wanted, bdm)

    def fitting(self, request: LaunchRequest,
                found: tuple[BootVolume, ...]) -> LaunchRequest:
        """The request with those candidates only that take the volumes.

        :raises TooManyVolumes: none does; says how many the last one takes
        """
        if not found:
            return request
        return self.volumes.fitting(
            request, [one.connection for one in found])

    def attach(self, server: Server, found: Iterable[BootVolume],
               check: Callable[[], None]) -> None:
        """Attach them all and see them attached.

        :param server: it runs
        :param check: see :meth:`nova_ec2.fleet.waits.Reader.wait`
        """
        used, begun = list(server.devices), []
        for one in found:
            name = _name(one.bdm, used, server.root_device_name)
            self.volumes.attachments.begin(one.connection.ebs_id, server,
                                           name)
            used.append(name)
            begun.append(one)
        for one in begun:
            self.volumes.attachments.finish(one.connection.ebs_id, server,
                                            check)
            LOG.info('Volume %s (%s) is attached to %s',
                     one.connection.cinder_id, one.connection.ebs_id,
                     server.instance_id)


def _name(bdm: Any, used: list[str], root: str) -> str:
    """A legal name, which Nova is told where it chose another.

    A server that was shelved on another kind of host comes with names that
    EC2 would refuse.
    """
    name = devices.name_for((), bdm['mount_device'], root, used)
    if bdm['mount_device'] != name:
        bdm['mount_device'] = name
        bdm.save()
    return name
