# SPDX-License-Identifier: Apache-2.0
"""EBS volumes on and off instances, each seen to its end."""

import dataclasses
import functools
from collections.abc import Callable

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.waits import nothing_interrupts
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Attaching twice is refused by EC2, and so is detaching twice: a call whose
# reply was lost is made again until the volume shows what came of it.
_TRIES = 3
_UNKNOWN = (exc.OutcomeUnknown, exc.ServiceFault)


@dataclasses.dataclass(frozen=True)
class Attachments:
    """Attaches and detaches volumes of one host's servers.

    What it raises is ours; the verbs make it Nova's.
    """

    site: Site

    def attach(self, volume_id: str, server: Server, device_name: str,
               check: Callable[[], None] = nothing_interrupts) -> None:
        """Attach a volume and see it attached; undone where that fails.

        :param server: settled
        :param check: see :meth:`nova_ec2.fleet.waits.Reader.wait`
        :raises WaitTimedOut: it was not attached in time
        """
        self.begin(volume_id, server, device_name)
        self.finish(volume_id, server, check)

    def begin(self, volume_id: str, server: Server,
              device_name: str) -> None:
        """AttachVolume, its effect certain on return.

        Where it is on this server already that is its effect.

        :raises VolumeRefused: another server has it
        :raises TooManyVolumes: EC2 gives the instance no further one
        """
        volume = self._free(volume_id, server)
        present = volume.on(server.instance_id)
        if present is not None:
            if present.device_name != device_name:
                raise exc.VolumeRefused(
                    f'{volume_id} is on {server.instance_id} already, as '
                    f'{present.device_name}')
            return
        try:
            self._settle(
                volume_id, server.instance_id, True, functools.partial(
                    self.site.ec2.volumes.attach, volume_id,
                    server.instance_id, device_name))
        except exc.QuotaExceeded as error:
            raise exc.TooManyVolumes(str(error)) from error

    def finish(self, volume_id: str, server: Server,
               check: Callable[[], None] = nothing_interrupts) -> None:
        """See a volume attached that :meth:`begin` has attached."""
        there = _Arrival(server.instance_id)
        try:
            volume = self.site.volumes.wait(
                volume_id, there.is_settled, self.site.timeouts.volume,
                check)
            if not _is(volume, server.instance_id, 'attached'):
                raise exc.VolumeRefused(
                    f'{volume_id} did not stay on {server.instance_id}')
        except Exception:
            self._take_back(volume_id, server)
            raise

    def detach(self, volume_id: str, instance_id: str) -> None:
        """Detach a volume and see it off; gone or off already is success.

        :raises VolumeHeld: the guest still uses it; EC2 will detach it as
            soon as it does not, for that cannot be taken back
        """
        status = self._present(volume_id, instance_id)
        if status in ('', 'detached'):
            return
        if status in ('attaching', 'attached'):
            self._settle(volume_id, instance_id, False, functools.partial(
                self.site.ec2.volumes.detach, volume_id, instance_id))
        self.until_off(volume_id, instance_id)

    def until_off(self, volume_id: str, instance_id: str) -> None:
        """Wait until a volume is no longer on an instance.

        :raises VolumeHeld: it still was when the time was up
        """
        seen: list[str] = []

        def is_off(volume: Volume | None) -> bool:
            seen.append(_status(volume, instance_id))
            return seen[-1] in ('', 'detached')
        try:
            self.site.volumes.wait(volume_id, is_off,
                                   self.site.timeouts.volume)
        except exc.WaitTimedOut as error:
            status = seen[-1] if seen else 'unknown'
            raise exc.VolumeHeld(
                f'{volume_id} was not detached from {instance_id} within '
                f'{self.site.timeouts.volume:g} s ([ec2] volume_timeout), '
                f'its attachment is {status}: the guest still uses it. '
                f'Unmount it there; EC2 then detaches it, and detaching it '
                f'again in Nova succeeds.') from error

    def _free(self, volume_id: str, server: Server) -> Volume:
        """The volume once no other server is giving it up, nor being made.

        :raises VolumeRefused: another server has it, and it is not shared
        """
        def is_settled(volume: Volume | None) -> bool:
            return volume is None or volume.state != 'creating' and not any(
                one.status in ('detaching', 'busy')
                for one in volume.attachments if not volume.multi_attach
                or one.instance_id == server.instance_id)

        volume = self.site.volumes.fresh(volume_id)
        if not is_settled(volume):
            volume = self.site.volumes.wait(volume_id, is_settled,
                                            self.site.timeouts.volume)
        if volume is None:
            raise exc.VolumeRefused(f'EC2 has no volume {volume_id}')
        others = [one.instance_id for one in volume.attachments
                  if one.instance_id != server.instance_id
                  and one.status != 'detached']
        if others and not volume.multi_attach:
            raise exc.VolumeRefused(
                f'{volume_id} is attached to {", ".join(others)}, and only '
                f'volumes of type io1 or io2 made with multi-attach can be '
                f'on several servers')
        return volume

    def _settle(self, volume_id: str, instance_id: str, wanted: bool,
                call: Callable[[], None]) -> None:
        """Make a call, and where its reply is lost see what came of it.

        :param wanted: whether the volume is to be on the instance
        """
        lost: exc.NovaEC2Error | None = None
        for _ in range(_TRIES):
            refused: exc.NovaEC2Error | None = None
            try:
                call()
                return
            except _UNKNOWN as error:
                lost = error
            except (exc.IncorrectState, exc.NotFound) as error:
                refused = error
            status = self._present(volume_id, instance_id)
            if (status in ('attaching', 'attached')) == wanted:
                return
            if refused is not None and lost is None:
                raise refused
            if wanted and isinstance(refused, exc.IncorrectState):
                # It was free before the call whose reply was lost, so that
                # call attached it: it will show.
                return
        assert lost is not None
        raise lost

    def _present(self, volume_id: str, instance_id: str) -> str:
        """The status of an attachment, '' for none; asked after this call.
        """
        return _status(self.site.volumes.fresh(volume_id), instance_id)

    def _take_back(self, volume_id: str, server: Server) -> None:
        try:
            self.detach(volume_id, server.instance_id)
        except exc.NovaEC2Error as error:
            LOG.error('%s could not be taken off %s again: %s', volume_id,
                      server.instance_id, error)


@dataclasses.dataclass
class _Arrival:
    """Whether an attachment is done; right after the call it may not show."""

    instance_id: str
    seen: bool = False

    def is_settled(self, volume: Volume | None) -> bool:
        status = _status(volume, self.instance_id)
        self.seen = self.seen or bool(status)
        return status == 'attached' or self.seen and status != 'attaching'


def _status(volume: Volume | None, instance_id: str) -> str:
    attachment = volume.on(instance_id) if volume else None
    return attachment.status if attachment else ''


def _is(volume: Volume | None, instance_id: str, status: str) -> bool:
    return _status(volume, instance_id) == status
