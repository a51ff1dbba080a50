# SPDX-License-Identifier: Apache-2.0
"""The root volume of a stopped server: detach, attach, delete, make.

Each is a step that may be repeated: what is so already is left alone, and a
lost reply is settled by reading the volume.
"""

import contextlib
import dataclasses
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

_MOVING = ('attaching', 'detaching', 'busy')

# How often a call is made whose outcome nobody told.
_TRIES = 3


@dataclasses.dataclass(frozen=True)
class RootDisk:
    """Moves volumes of one host's servers."""

    site: Site

    def make(self, instance: Any, image: Image, role: str, request_id: str,
             *, size_gib: int = 0, replaces: str = '',
             replaced_stays: bool = False) -> Volume:
        """Make a volume of an AMI's root and see it available.

        Its tags say all that is needed to go on, or back, after a crash.

        :param request_id: Nova's, so that each request makes its own, once
        :param size_gib: 0 takes the AMI's
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
        made = self.site.ec2.volumes.create(
            self.site.zone, _token(instance, role, request_id, replaces),
            tags, size_gib=size_gib or image.root_gib,
            snapshot_id=image.root_snapshot_id,
            volume_type=self.site.conf.ec2.volume_type)
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
        def done(volume: Volume | None) -> bool:
            return volume is None or volume.on(server.instance_id) is None

        self._do(volume_id, done, lambda: self.site.ec2.volumes.detach(
            volume_id, server.instance_id))

    def attach(self, volume_id: str, server: Server, device_name: str,
               delete_on_termination: bool) -> None:
        """Attach a volume to a server under a name, and say whether it goes
        with it.

        :raises IncorrectState: it is attached elsewhere
        :raises NotFound: it is gone
        """
        def done(volume: Volume | None) -> bool:
            if volume is None:
                raise exc.NotFound(f'volume {volume_id} is gone',
                                   code='InvalidVolume.NotFound',
                                   action='AttachVolume')
            return volume.on(server.instance_id) is not None

        self._do(volume_id, done, lambda: self.site.ec2.volumes.attach(
            volume_id, server.instance_id, device_name))
        # AttachVolume always makes it False.
        self.site.ec2.attributes.delete_on_termination(
            server.instance_id, device_name, delete_on_termination)

    def delete(self, volume_id: str) -> None:
        """Delete a detached volume; one that is gone is deleted."""
        self._wait(volume_id, lambda seen: seen is None
                   or seen.state != 'creating')
        with contextlib.suppress(exc.NotFound):
            self.site.ec2.volumes.delete(volume_id)

    def read(self, volume_id: str) -> Volume | None:
        """A volume as it is now; None where there is none."""
        return self.site.volumes.fresh(volume_id)

    def _do(self, volume_id: str, done: Callable[[Volume | None], bool],
            call: Callable[[], None]) -> None:
        """Make a call unless it is done, and see that it is."""
        for tries_left in reversed(range(_TRIES)):
            if done(self._settled(volume_id)):
                return
            try:
                call()
            except (exc.OutcomeUnknown, exc.ServiceFault,
                    exc.IncorrectState) as error:
                # The next look tells whether it was carried out.
                if not tries_left and not done(self._settled(volume_id)):
                    raise
                LOG.info('Looking again at volume %s: %s', volume_id, error)
        self._wait(volume_id, lambda seen: _is_settled(seen) and done(seen))

    def _settled(self, volume_id: str) -> Volume | None:
        return self._wait(volume_id, _is_settled)

    def _wait(self, volume_id: str,
              done: Callable[[Volume | None], bool]) -> Volume | None:
        return self.site.volumes.wait(volume_id, done,
                                      self.site.timeouts.volume)


def _is_settled(volume: Volume | None) -> bool:
    return volume is None or (volume.state != 'creating' and not any(
        one.status in _MOVING for one in volume.attachments))


def _token(instance: Any, role: str, request_id: str, replaces: str) -> str:
    """CreateVolume's ClientToken: 63 ASCII characters, EC2 allows 64."""
    digest = hashlib.blake2s(f'{role}|{request_id}|{replaces}'.encode(),
                             digest_size=15).hexdigest()
    return f'{uuid.UUID(instance.uuid).hex}-{digest}'
