# SPDX-License-Identifier: Apache-2.0
"""rescue and unrescue: another root volume, the original beside it.

The password that Nova passes is not set: EC2 has no way in but the disk. The
rescue system starts as a new one, so cloud-init puts the server's key pair
into it.
"""

import dataclasses
from typing import Any

from nova.compute import vm_states
from nova.virt import driver
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.boot_images import BootImages
from nova_ec2.ops.borrowed_images import check_own
from nova_ec2.ops.context import Site, living
from nova_ec2.ops.leftovers import Leftovers
from nova_ec2.ops.states import States
from nova_ec2.ops.swaps import Swap, Swaps

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Rescue:
    """Puts one host's servers into rescue, and back."""

    site: Site
    states: States

    def __call__(self, context: Any, instance: Any, image_meta: Any,
                 block_device_info: Any) -> None:
        """Nova's ``rescue``; the manager has powered the server off.

        What fails is undone: the original is the root again, and a server
        that ran before runs. Nova shows it in ERROR all the same.

        :raises ImageUnacceptable: the rescue image cannot be booted by it
        :raises InstanceNotFound: the server has no instance on EC2
        """
        with errors.as_nova(instance):
            server = self.states.settled(instance)
            try:
                images = BootImages(self.site)
                image = images.of(context, instance, image_meta)
                check_own(self.site, image)
                images.check_boots(image, server)
                server = self._leave(self._stopped(server), instance)
                self._enter(context, instance, server, image,
                            _is_cinders(block_device_info))
                self.states.start(
                    server, goes_on=instance.vm_state != vm_states.STOPPED)
            except Exception:
                LOG.warning('The rescue failed and is undone',
                            instance=instance)
                self._undo(instance)
                raise

    def unrescue(self, instance: Any) -> None:
        """Nova's ``unrescue``: the original boots again."""
        with errors.as_nova(instance):
            self.leave(instance, run=True)

    def leave(self, instance: Any, *, run: bool) -> None:
        """Put the original back, from wherever a rescue has got to.

        :param run: start the server then
        """
        server = self._leave(self._stopped(self.states.settled(instance)),
                             instance)
        if run:
            self.states.start(server, goes_on=True)

    def finish(self, instance: Any) -> None:
        """Bring a swap to its end, if one was begun; the server then runs.
        """
        swaps = Swaps(self.site)
        swap = swaps.begun(instance)
        if swap is not None:
            server = self._stopped(self.states.settled(instance))
            self.states.start(swaps.finish(swap, server, instance),
                              goes_on=True)

    def _enter(self, context: Any, instance: Any, server: Server,
               image: Image, stays: bool) -> None:
        original = server.root
        if original is None:
            raise exc.IncorrectState(
                f'instance {server.instance_id} has no root volume to '
                f'rescue')
        swaps = Swaps(self.site)
        volume = swaps.disk.make(
            instance, image, tag_keys.ROLE_RESCUE, context.request_id or '',
            replaces=original.volume_id, replaced_stays=stays)
        swaps.put_beside(server, Swap(volume, original.volume_id, stays))

    def _leave(self, server: Server, instance: Any) -> Server:
        """Put back what a rescue has swapped; the server as it then is."""
        swaps = Swaps(self.site)
        swap = swaps.begun(instance)
        if swap is None or swap.role != tag_keys.ROLE_RESCUE:
            return server
        swaps.put_back(server, swap)
        return living(self.site.fleet.reader.fresh(server.instance_id),
                      instance)

    def _undo(self, instance: Any) -> None:
        try:
            self.leave(instance, run=instance.vm_state != vm_states.STOPPED)
        except exc.NotOwned:
            # Deleted meanwhile, perhaps before its rescue volume was made.
            Leftovers(self.site).remove(instance.uuid)
        except exc.NovaEC2Error:
            LOG.exception('A rescue that failed could not be undone; a hard '
                          'reboot tries again', instance=instance)

    def _stopped(self, server: Server) -> Server:
        if server.state is ServerState.STOPPED:
            return server
        return self.states.stop(server, self.site.conf.shutdown_timeout)


def _is_cinders(block_device_info: Any) -> bool:
    """Whether the server boots from a volume of Cinder."""
    return any(disk['boot_index'] == 0 for disk
               in driver.block_device_info_get_mapping(block_device_info))
