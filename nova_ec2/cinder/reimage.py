# SPDX-License-Identifier: Apache-2.0
"""Another image onto a volume that is there.

EBS cannot be written from outside of EC2, so the Cinder volume gets another
EBS volume, made of the image's AMI, and the one before is deleted.
"""

import dataclasses
import hashlib
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.cinder.volumes import Volumes

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Reimage:
    """Puts images onto the volumes of one back end."""

    volumes: Volumes

    def __call__(self, volume: Any, snapshot_id: str) -> None:
        """Replace the EBS volume of a volume that no server has.

        Both carry the volume's tag, and Cinder's note decides; whatever a
        death in between leaves goes with the next image or with the volume.

        :param volume: :class:`cinder.objects.Volume`; gets the new EBS id
        :param snapshot_id: EC2's, of the image's root disk
        :raises IncorrectState: a server has it
        """
        old = self.volumes.present(volume)
        if old.state != 'available':
            raise exc.IncorrectState(
                f'{old.volume_id} is {old.state}; only a volume that no '
                f'server has gets another image')
        # Asked again after a death it is the same call.
        seed = f'{volume.id}|{old.volume_id}|{snapshot_id}'
        volume.provider_id = self.volumes.create(
            volume, snapshot_id,
            hashlib.blake2s(seed.encode(), digest_size=24).hexdigest())
        volume.save()
        LOG.info('Volume %s is %s instead of %s', volume.id,
                 volume.provider_id, old.volume_id)
        self.volumes.delete_others(volume)
