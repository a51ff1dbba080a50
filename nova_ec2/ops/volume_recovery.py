# SPDX-License-Identifier: Apache-2.0
"""After a crash: Nova's, Cinder's and EC2's words on a volume agree again.

Nova saves how a volume is connected when it is attached, and drops its record
when it is detached. A record without the former is an attach that was
interrupted; one whose volume is not on EC2's instance while Cinder calls it
detaching is a detach that was.
"""

import dataclasses
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.compute import instance_actions, vm_states
from nova.volume import cinder
from oslo_log import log as logging
from oslo_serialization import jsonutils

from nova_ec2.mapping import volumes as mapping
from nova_ec2.models.connection import KIND
from nova_ec2.models.server import Server
from nova_ec2.ops.attachments import Attachments
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

_OFF = ('', 'detaching', 'detached', 'busy')


@dataclasses.dataclass(frozen=True)
class VolumeRecovery:
    """Puts the volumes of one host's servers right."""

    site: Site

    def at_start(self, instances: list[Any]) -> None:
        """Settle what the last run left between; failures are logged.

        :param instances: Nova's servers of this host
        """
        context = nova_context.get_admin_context()
        built = {one.uuid: one for one in instances
                 if one.vm_state != vm_states.BUILDING}
        for bdm in objects.BlockDeviceMappingList.get_by_instance_uuids(
                context, list(built)):
            if not bdm.is_volume or bdm.boot_index == 0 or (
                    not bdm.attachment_id):
                continue
            instance = built[bdm.instance_uuid]
            try:
                self._settle(context, instance, bdm)
            except Exception:
                LOG.exception('What became of volume %s could not be '
                              'settled', bdm.volume_id, instance=instance)

    def _settle(self, context: Any, instance: Any, bdm: Any) -> None:
        server = self.site.fleet.known(instance.uuid)
        if server is None or server.state.is_gone:
            return
        info = jsonutils.loads(bdm.connection_info or 'null')
        if not info:
            self._settle_attach(context, instance, server, bdm)
        elif info.get('driver_volume_type') == KIND:
            self._settle_detach(context, instance, bdm, _status(
                server, mapping.connection(info).ebs_id))

    def _settle_attach(self, context: Any, instance: Any, server: Server,
                       bdm: Any) -> None:
        """Complete it where the volume is on the instance, else undo it."""
        api = cinder.API()
        try:
            info = api.attachment_get(
                context, bdm.attachment_id)['connection_info']
        except nova_exc.VolumeAttachmentNotFound:
            bdm.destroy()
            return
        if not info:
            return  # Not begun: the request may still be in the queue.
        wanted = mapping.connection(info)
        if _status(server, wanted.ebs_id) in _OFF:
            LOG.warning('Attaching volume %s was interrupted: it is undone',
                        bdm.volume_id, instance=instance)
            self._drop(context, bdm)
            return
        LOG.warning('Attaching volume %s was interrupted when it was done: '
                    'it stays', bdm.volume_id, instance=instance)
        Attachments(self.site).finish(wanted.ebs_id, server)
        bdm.connection_info = jsonutils.dumps(
            {'serial': bdm.volume_id, **info})
        bdm.save()
        api.attachment_complete(context, bdm.attachment_id)

    def _settle_detach(self, context: Any, instance: Any, bdm: Any,
                       status: str) -> None:
        """Complete it where the volume is off the instance, else undo it."""
        if status in _OFF:
            if _is_detaching(context, bdm):
                LOG.warning('Detaching volume %s was interrupted when it was '
                            'done', bdm.volume_id, instance=instance)
                self._drop(context, bdm)
            else:
                LOG.warning('Volume %s was detached outside of Nova, which '
                            'has it attached as %s: detach it in Nova, too',
                            bdm.volume_id, bdm.device_name,
                            instance=instance)
        elif _was_asked_to_detach(context, instance) and (
                _is_detaching(context, bdm)):
            LOG.warning('Detaching volume %s was interrupted: it stays '
                        'attached', bdm.volume_id, instance=instance)
            cinder.API().roll_detaching(context, bdm.volume_id)

    @staticmethod
    def _drop(context: Any, bdm: Any) -> None:
        try:
            cinder.API().attachment_delete(context, bdm.attachment_id)
        except nova_exc.VolumeAttachmentNotFound:
            LOG.debug('Cinder has dropped %s already', bdm.attachment_id)
        bdm.destroy()


def _status(server: Server, ebs_id: str) -> str:
    block = server.holding(ebs_id)
    return block.status if block else ''


def _is_detaching(context: Any, bdm: Any) -> bool:
    try:
        volume = cinder.API().get(context, bdm.volume_id)
    except nova_exc.VolumeNotFound:
        return True
    return bool(volume['status'] == 'detaching')


def _was_asked_to_detach(context: Any, instance: Any) -> bool:
    """Whether that was the last thing that was asked of the server.

    Spares Cinder a question for every volume of every server.
    """
    last = objects.InstanceActionList.get_by_instance_uuid(
        context, instance.uuid, limit=1)
    return bool(last and last[0].action == instance_actions.DETACH_VOLUME)
