# SPDX-License-Identifier: Apache-2.0
"""snapshot: an AMI, and a Glance image that boots from it."""

import dataclasses
import io
import json
from collections.abc import Callable
from typing import Any

from nova.compute import task_states
from nova.image import glance
from oslo_log import log as logging
from oslo_utils import excutils

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import image as image_mapping
from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.ami import AMI_PROPERTY
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server
from nova_ec2.ops import errors, service_user
from nova_ec2.ops.context import Site, living

LOG = logging.getLogger(__name__)

UpdateTaskState = Callable[..., None]


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """Makes images of one host's servers."""

    site: Site

    def __call__(self, context: Any, instance: Any, image_id: str,
                 update_task_state: UpdateTaskState) -> None:
        """Nova's ``snapshot``: without a reboot of the guest.

        The image property ``ec2_snapshot_reboot=true`` of the image that the
        server was built from has EC2 reboot it, which makes the file systems
        whole.

        The AMI is named and tagged for the Glance image. Whatever fails
        takes the AMI and its EBS snapshots away again; Nova removes the
        Glance image.

        :raises InstanceUnacceptable: the server has no instance on EC2
        :raises ImageUnacceptable: the property is neither true nor false
        """
        with errors.as_nova(instance):
            image_mapping.snapshot_reboots(instance)
            server = self._server(instance)
            update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
            ami = self._create(context, instance, server, image_id)
            try:
                image = self._wait(ami)
                update_task_state(
                    task_state=task_states.IMAGE_UPLOADING,
                    expected_state=task_states.IMAGE_PENDING_UPLOAD)
                complete_glance_image(context, image_id, image)
            except Exception:
                with excutils.save_and_reraise_exception():
                    self._undo(ami)

    def _server(self, instance: Any) -> Server:
        try:
            return living(self.site.locate(instance), instance)
        except exc.NotOwned as error:
            raise _vanished(error) from error

    def _create(self, context: Any, instance: Any, server: Server,
                image_id: str) -> str:
        name = glance.API().get(context, image_id).get('name') or ''
        tags = tag_keys.of_owner(self.site.owner(instance)) | {
            tag_keys.IMAGE: image_id,
            tag_keys.NAME: tag_mapping.clean(name)}
        images = self.site.ec2.images
        try:
            return images.create(
                server.instance_id, f'nova-ec2-{image_id}', tags,
                # Nova's snapshot is of the root disk.
                without=[device for device in server.devices
                         if device != server.root_device_name],
                reboot=image_mapping.snapshot_reboots(instance))
        except (exc.OutcomeUnknown, exc.ServiceFault):
            # There is no token: only the tags can say what happened.
            made = images.find({tag_keys.CLOUD: self.site.cloud_id,
                                tag_keys.IMAGE: image_id})
            if not made:
                raise
            return made[0].image_id
        except exc.NotFound as error:
            raise _vanished(error) from error

    def _wait(self, ami: str) -> Image:
        image = self.site.images.wait(ami, _is_made, self.site.timeouts.image)
        assert image is not None
        if image.state != 'available':
            raise exc.ServiceFault(
                f'AMI {ami} became {image.state}: '
                f'{image.reason or "EC2 gives no reason"}',
                code='ImageFailed', action='CreateImage')
        return image

    def _undo(self, ami: str) -> None:
        try:
            image = self.site.ec2.images.describe([ami]).get(ami)
            if image is not None:
                self.site.ec2.images.delete(image)
        except exc.NovaEC2Error as error:
            LOG.error('AMI %s of a failed snapshot could not be removed; the '
                      'next start of nova-compute tries again: %s', ami,
                      error)


def _vanished(error: exc.NovaEC2Error) -> exc.IncorrectState:
    """For Nova takes InstanceNotFound for the server's deletion.

    Then it leaves the server in the middle of the snapshot for ever.
    """
    return exc.IncorrectState(str(error))


def complete_glance_image(context: Any, image_id: str, image: Image) -> None:
    """Make the Glance image active and bootable on EC2.

    Its data is a small JSON text that names the AMI, for Glance has no other
    way to an active image; the AMI is found by the image property. The
    required trait keeps the scheduler from private hosts, where it could not
    boot.

    The service does it where Glance lets it, for ``ec2_ami_id`` may be a
    property that users must not set; else the user does it.

    :param context: the user's
    """
    service = service_user.context()
    if service is not None:
        try:
            _complete(service, image_id, image)
            return
        except service_user.REFUSED as error:
            LOG.debug('The service may not complete image %s, its user '
                      'tries: %s', image_id, error)
    _complete(context, image_id, image)


def _complete(context: Any, image_id: str, image: Image) -> None:
    pointer = json.dumps({AMI_PROPERTY: image.image_id})
    glance.API().update(context, image_id, {
        'disk_format': 'raw',
        'container_format': 'bare',
        'min_disk': image.root_gib,
        'properties': {
            AMI_PROPERTY: image.image_id,
            'trait:CUSTOM_EC2': 'required',
        }}, data=io.BytesIO(pointer.encode()), purge_props=False)


def _is_made(image: Image | None) -> bool:
    return image is not None and image.state != 'pending'
