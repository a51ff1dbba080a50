# SPDX-License-Identifier: Apache-2.0
"""Volumes of a stopped server: make, attach, detach, delete.

Each is a step that may be repeated: what is so already is left alone.
"""

import contextlib
import dataclasses
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.launch import Disk
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.attachments import Attachments
from nova_ec2.ops.context import Site

_ENDED = ('deleting', 'deleted')


@dataclasses.dataclass(frozen=True)
class RootDisk:
    """Moves volumes of one host's servers."""

    site: Site

    def make(self, instance: Any, image: Image, role: str, request_id: str,
             *, disk: Disk | None = None, replaces: str = '',
             replaced_stays: bool = False) -> Volume:
        """Make a volume of an AMI's root and see it available.

        Its tags say all that is needed to go on, or back, after a crash.

        :param request_id: Nova's, so that each request makes its own, once
        :param disk: as it would be launched; by default the AMI's own size
        :param replaces: the root volume that it will stand in for
        :param replaced_stays: that one does not go with the server
        :raises ServiceFault: EC2 could not make it
        """
        tags = tag_keys.of_owner(self.site.owner(instance)) | {
            tag_keys.ROLE: role}
        if replaces:
            tags[tag_keys.REPLACES] = replaces
        if replaced_stays:
            tags[tag_keys.REPLACED_STAYS] = 'true'
        disk = disk or Disk(image.root_device_name, image.root_gib,
                            self.site.conf.ec2.volume_type)
        made = self.site.ec2.volumes.create(
            self.site.zone, _token(instance, role, request_id, replaces),
            tags, size_gib=disk.size_gib or image.root_gib,
            snapshot_id=image.root_snapshot_id,
            volume_type=disk.volume_type, encrypted=disk.encrypted,
            kms_key_id=disk.kms_key_id, iops=disk.iops,
            throughput=disk.throughput)
        return self._available(made.volume_id)

    def make_blank(self, instance: Any, role: str, request_id: str,
                   disk: Disk) -> Volume:
        """Make an empty volume and see it available.

        :param request_id: Nova's, so that each request makes one a size
        :raises ServiceFault: EC2 could not make it
        """
        made = self.site.ec2.volumes.create(
            self.site.zone,
            _token(instance, role, request_id, f'{disk.size_gib} GiB'),
            tag_keys.of_owner(self.site.owner(instance)) | {
                tag_keys.ROLE: role},
            size_gib=disk.size_gib, volume_type=disk.volume_type,
            encrypted=disk.encrypted, kms_key_id=disk.kms_key_id)
        return self._available(made.volume_id)

    def _available(self, volume_id: str) -> Volume:
        volume = self._wait(volume_id, lambda seen: seen is not None
                            and seen.state != 'creating')
        if volume is None or volume.state == 'error':
            raise exc.ServiceFault(
                f'volume {volume_id} could not be made',
                code='VolumeFailed', action='CreateVolume')
        return volume

    def detach(self, volume_id: str, server: Server) -> None:
        """Detach a volume from a server; one that is gone is detached."""
        Attachments(self.site).detach(volume_id, server.instance_id)

    def attach(self, volume_id: str, server: Server, device_name: str,
               delete_on_termination: bool) -> None:
        """Attach a volume to a server under a name, and say whether it goes
        with it.

        :raises VolumeRefused: it is gone, or attached elsewhere
        """
        # One just detached may still be shown as in use.
        self._wait(volume_id, lambda seen: seen is None
                   or seen.state in ('available', 'error')
                   or bool(seen.attachments))
        Attachments(self.site).attach(volume_id, server, device_name)
        # AttachVolume always makes it False.
        self.site.ec2.attributes.delete_on_termination(
            server.instance_id, device_name, delete_on_termination)

    def delete(self, volume_id: str) -> None:
        """Delete a volume; one that is gone is deleted.

        Whoever it was attached to has let go of it, or will in a moment.
        """
        volume = self._wait(volume_id, lambda seen: seen is None
                            or seen.state not in ('creating', 'in-use'))
        if volume is not None and volume.state not in _ENDED:
            with contextlib.suppress(exc.NotFound):
                self.site.ec2.volumes.delete(volume_id)

    def read(self, volume_id: str) -> Volume | None:
        """A volume as it is now; None where there is none."""
        return self.site.volumes.fresh(volume_id)

    def _wait(self, volume_id: str,
              done: Callable[[Volume | None], bool]) -> Volume | None:
        return self.site.volumes.wait(volume_id, done,
                                      self.site.timeouts.volume)


def _token(instance: Any, role: str, request_id: str, which: str) -> str:
    """CreateVolume's ClientToken: 63 ASCII characters, EC2 allows 64."""
    digest = hashlib.blake2s(f'{role}|{request_id}|{which}'.encode(),
                             digest_size=15).hexdigest()
    return f'{uuid.UUID(instance.uuid).hex}-{digest}'
