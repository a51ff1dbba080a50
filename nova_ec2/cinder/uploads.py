# SPDX-License-Identifier: Apache-2.0
"""An image of a volume: an AMI of its EBS snapshot, as of a server's.

Snapshot and AMI belong to the image from their first moment. Until the AMI is
there they are marked as unfinished besides, by this back end: what a service
that died left so goes at its next start. After that they go with the Glance
image, which nova-compute watches for all.
"""

import dataclasses
import io
import json
from collections.abc import Mapping
from typing import Any

from oslo_log import log as logging
from oslo_utils import excutils

from nova_ec2 import exceptions as exc
from nova_ec2.cinder import settled
from nova_ec2.cinder.backend import Backend
from nova_ec2.cinder.snapshots import Snapshots
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.ami import AMI_PROPERTY
from nova_ec2.models.image import Image

LOG = logging.getLogger(__name__)

_ARCHITECTURES = {'aarch64': 'arm64', 'arm64': 'arm64'}
_BOOT_MODES = {'uefi': 'uefi', 'bios': 'legacy-bios'}
_USUAL_ROOT = '/dev/xvda'


@dataclasses.dataclass(frozen=True)
class Uploads:
    """Makes images of the volumes of one back end.

    :param host: the back end, as Cinder names it: ``host@backend``
    """

    backend: Backend
    snapshots: Snapshots
    host: str

    def upload(self, context: Any, volume: Any, image_service: Any,
               record: Mapping[str, Any]) -> None:
        """Make the AMI, and the Glance image active.

        Whatever fails takes AMI and snapshot away again; Cinder deletes the
        Glance image.

        :param image_service: :class:`cinder.image.glance.GlanceImageService`
        :param record: what Glance has of the image, with the properties of
            the volume's own image
        :raises ImageRefused: EC2 cannot make such an image of a snapshot
        """
        image_id = str(record['id'])
        like = self._like(image_id, record.get('properties') or {})
        tags = {tag_keys.CLOUD: self.backend.cloud_id,
                tag_keys.IMAGE: image_id,
                tag_keys.PROJECT: volume.project_id,
                tag_keys.UNFINISHED: self.host}
        snapshot_id = self.snapshots.save(volume, tags)
        try:
            image = self._register(image_id, snapshot_id, tags, like)
            # The AMI last: with its mark goes its snapshot.
            for resource in (snapshot_id, image.image_id):
                self.backend.ec2.tags.remove(resource,
                                             [tag_keys.UNFINISHED])
            _complete(context, image_service, image_id, image)
        except Exception:
            self._discard({tag_keys.CLOUD: self.backend.cloud_id,
                           tag_keys.IMAGE: image_id})
            raise

    def discard_unfinished(self) -> None:
        """Remove what this back end was making when it died."""
        self._discard({tag_keys.CLOUD: self.backend.cloud_id,
                       tag_keys.UNFINISHED: self.host})

    def _like(self, image_id: str, properties: Mapping[str, Any]) -> Image:
        """What the AMI shall be like: that of the volume's image, if any."""
        ami_id = str(properties.get(AMI_PROPERTY) or '')
        known = self.backend.ec2.images.describe([ami_id]).get(
            ami_id) if ami_id else None
        if known is None:
            return Image(
                image_id='', state='',
                architecture=_ARCHITECTURES.get(
                    str(properties.get('hw_architecture')
                        or properties.get('architecture')), 'x86_64'),
                root_device_name=_USUAL_ROOT, boot_mode=_BOOT_MODES.get(
                    str(properties.get('hw_firmware_type')), ''))
        if known.platform:
            raise exc.ImageRefused(
                f'image {image_id} would be of {known.platform}, from '
                f'{ami_id}, and EC2 makes such AMIs of servers only: make '
                'the image of a server that boots from the volume')
        return known

    def _register(self, image_id: str, snapshot_id: str,
                  tags: Mapping[str, str], like: Image) -> Image:
        images = self.backend.ec2.images
        try:
            ami_id = images.register(f'nova-ec2-{image_id}', snapshot_id,
                                     tags, like)
        except (exc.OutcomeUnknown, exc.ServiceFault):
            # There is no token: only the tags can say what happened.
            made = images.find(tags)
            if not made:
                raise
            ami_id = made[0].image_id
        seen = self.backend.images.wait(
            ami_id, settled.left('pending'),
            self.backend.options.ebs_snapshot_timeout)
        if seen is None or seen.state != 'available':
            raise exc.ServiceFault(
                f'AMI {ami_id} could not be made: '
                f'{seen.reason if seen else "it is gone"}',
                code='ImageFailed', action='RegisterImage')
        return seen

    def _discard(self, tags: Mapping[str, str]) -> None:
        ec2 = self.backend.ec2
        try:
            for image in ec2.images.find(tags):
                LOG.info('AMI %s of an image that was not finished goes',
                         image.image_id)
                ec2.images.delete(image)
            for snapshot in ec2.snapshots.find(tags):
                ec2.snapshots.delete(snapshot.snapshot_id)
        except exc.NovaEC2Error as error:
            LOG.error('What an image that was not finished left on EC2 could '
                      'not be removed; the next start of cinder-volume tries '
                      'again: %s', error)


def _complete(context: Any, image_service: Any, image_id: str,
              image: Image) -> None:
    """Make the Glance image active and bootable on EC2.

    Its data is a small JSON text, as that of a server's snapshot. The
    properties are there first: until then they name the AMI that the volume
    was made of.
    """
    image_service.update(context, image_id, {
        'disk_format': 'raw', 'container_format': 'bare',
        'min_disk': image.root_gib,
        'properties': {AMI_PROPERTY: image.image_id,
                       'trait:CUSTOM_EC2': 'required'}}, purge_props=False)
    pointer = json.dumps({AMI_PROPERTY: image.image_id})
    try:
        image_service.update(context, image_id, {},
                             data=io.BytesIO(pointer.encode()),
                             purge_props=False)
    except Exception:
        # A reply that was lost, perhaps: an active image needs its AMI.
        with excutils.save_and_reraise_exception() as on:
            on.reraise = image_service.show(
                context, image_id)['status'] != 'active'
