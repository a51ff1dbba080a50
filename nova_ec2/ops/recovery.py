# SPDX-License-Identifier: Apache-2.0
"""After a crash: what was begun and not finished is found and undone.

EC2's tags say what this host made, Nova's database says what should be there.
A difference is settled at the next start, and for servers in every round of
the power sync.
"""

import dataclasses
import datetime
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.compute import task_states, vm_states
from nova.image import glance
from oslo_log import log as logging
from oslo_utils import timeutils

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server
from nova_ec2.ops import service_user
from nova_ec2.ops.context import Site
from nova_ec2.ops.destroy import Destroy

LOG = logging.getLogger(__name__)

_BUILDING = (task_states.SCHEDULING, task_states.BLOCK_DEVICE_MAPPING,
             task_states.NETWORKING, task_states.SPAWNING)

# Nova ends the other states of a snapshot at its start, but leaves these for
# ever, and with them the server busy.
_KEPT_BY_NOVA = (task_states.IMAGE_BACKUP,
                 task_states.SHELVING,
                 task_states.SHELVING_IMAGE_PENDING_UPLOAD,
                 task_states.SHELVING_IMAGE_UPLOADING)

_SNAPSHOTTING = (task_states.IMAGE_SNAPSHOT_PENDING,
                 task_states.IMAGE_SNAPSHOT,
                 task_states.IMAGE_PENDING_UPLOAD,
                 task_states.IMAGE_UPLOADING,
                 *_KEPT_BY_NOVA)

_GLANCE_UNFINISHED = ('queued', 'saving')

# A server younger than this many seconds may belong to a build whose host is
# not yet in the database.
_TOO_YOUNG = 120


@dataclasses.dataclass(frozen=True)
class Recovery:
    """Puts one host's resources right."""

    site: Site
    destroy: Destroy

    def at_start(self, instances: list[Any]) -> None:
        """Undo what the last run of this service left half done.

        Nova sets interrupted builds to ERROR; their instances go. Failures
        are logged: they must not keep the service from starting.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            if _was_building(instance):
                self._undo_build(instance)
            elif instance.task_state in _SNAPSHOTTING:
                self._undo_snapshot(instance)
        self.remove_orphans(at_start=True)

    def _undo_build(self, instance: Any) -> None:
        LOG.warning('The build was interrupted; its instance is removed',
                    instance=instance)
        try:
            self.destroy.terminate(instance)
        except exc.NovaEC2Error:
            LOG.exception('The instance of an interrupted build could not '
                          'be removed', instance=instance)

    def remove_orphans(self, *, at_start: bool = False) -> None:
        """Terminate instances whose server Nova no longer has anywhere.

        One whose server lives on another host, or is still deciding, stays.
        """
        servers = {server.owner.server_uuid: server
                   for server in self.site.fleet.servers()
                   if server.owner and (at_start or _is_old(server))}
        context = nova_context.get_admin_context()
        here = set(objects.InstanceList.get_uuids_by_host(
            context, self.site.host))
        strangers = sorted(servers.keys() - here)
        if not strangers:
            return
        known = {instance.uuid: instance for instance
                 in objects.InstanceList.get_by_filters(
                     nova_context.get_admin_context(read_deleted='yes'),
                     {'uuid': strangers}, expected_attrs=[])}
        for uuid in strangers:
            if uuid not in known:
                # Another database, or a purged record: not ours to judge.
                LOG.error('Instance %s is tagged for server %s, which Nova '
                          'does not know; it is left alone. Terminate it on '
                          'EC2 if it is not wanted.',
                          servers[uuid].instance_id, uuid)
            elif _is_orphan(known[uuid]):
                self._remove(servers[uuid])

    def _remove(self, server: Server) -> None:
        LOG.warning('Instance %s is left of a deleted or failed server: '
                    'terminating it', server.instance_id)
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                self.site.bulk.terminate(server.instance_id)
        except exc.NovaEC2Error:
            LOG.exception('Instance %s could not be terminated',
                          server.instance_id)

    def _undo_snapshot(self, instance: Any) -> None:
        """Remove the AMI of a snapshot that this service did not finish.

        Only where Glance shows the image and shows it unfinished: an image
        that is not shown may be somebody's private one.
        """
        try:
            for ami in self.site.ec2.images.find({
                    tag_keys.CLOUD: self.site.cloud_id,
                    tag_keys.SERVER: instance.uuid}):
                if _is_unfinished(ami):
                    LOG.warning('AMI %s is left of an interrupted snapshot: '
                                'removing it', ami.image_id,
                                instance=instance)
                    self.site.ec2.images.delete(ami)
        except Exception:
            LOG.exception('The AMI of an interrupted snapshot could not be '
                          'removed', instance=instance)
        if instance.task_state in _KEPT_BY_NOVA:
            # A shelved server was stopped for it: the power sync sees that.
            instance.task_state = None
            instance.save()


def _was_building(instance: Any) -> bool:
    return (instance.vm_state == vm_states.BUILDING
            or instance.task_state in _BUILDING)


def _is_old(server: Server) -> bool:
    if server.launch_time is None:
        return False
    age = timeutils.utcnow(with_timezone=True) - server.launch_time
    return age > datetime.timedelta(seconds=_TOO_YOUNG)


def _is_orphan(instance: Any) -> bool:
    """Whether no host can still want the instance of this server."""
    return bool(instance.deleted or (
        not instance.host and instance.vm_state == vm_states.ERROR))


def _is_unfinished(ami: Image) -> bool:
    image_id = ami.tags.get(tag_keys.IMAGE, '')
    context = service_user.context()
    if context is None:
        LOG.warning('AMI %s is kept: [neutron] has no credentials to ask '
                    'Glance with for image %s, which it was made for',
                    ami.image_id, image_id)
        return False
    try:
        record = glance.API().get(context, image_id)
    except nova_exc.ImageNotFound:
        LOG.warning('AMI %s is kept: Glance does not show image %s, which it '
                    'was made for', ami.image_id, image_id)
        return False
    return record['status'] in _GLANCE_UNFINISHED
