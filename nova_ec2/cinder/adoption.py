# SPDX-License-Identifier: Apache-2.0
"""EBS volumes that somebody made become Cinder's, and are given back."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.cinder import marks
from nova_ec2.cinder.backend import Backend
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.volume import Volume

REFERENCE = 'source-id'


@dataclasses.dataclass(frozen=True)
class Adoption:
    """Manages and unmanages volumes of one back end."""

    backend: Backend

    def find(self, reference: Mapping[str, Any]) -> Volume:
        """The volume that an administrator names.

        :param reference: ``{'source-id': 'vol-...'}``
        :raises VolumeRefused: it cannot be taken; says why
        """
        volume_id = reference.get(REFERENCE)
        if not volume_id:
            raise exc.VolumeRefused(
                f'name the volume as {REFERENCE}, for instance '
                f'{REFERENCE}=vol-0a1b2c3d4e5f67890')
        volume = self.backend.volumes.fresh(str(volume_id))
        if volume is None:
            raise exc.VolumeRefused(f'EC2 has no volume {volume_id}')
        if volume.zone != self.backend.zone:
            raise exc.VolumeRefused(
                f'{volume_id} is in {volume.zone}, and this back end has the '
                f'volumes of {self.backend.zone}')
        owner = volume.tags.get(tag_keys.CLOUD, self.backend.cloud_id)
        if owner != self.backend.cloud_id or any(
                key in volume.tags
                for key in (tag_keys.SERVER, tag_keys.VOLUME)):
            raise exc.VolumeRefused(
                f'{volume_id} is managed already, by cloud {owner}')
        if volume.state != 'available':
            raise exc.VolumeRefused(
                f'{volume_id} is {volume.state}, not available')
        return volume

    def take(self, volume: Any, reference: Mapping[str, Any]) -> str:
        """Mark a volume as Cinder's (CreateTags).

        :returns: the EBS id
        """
        found = self.find(reference)
        self.backend.ec2.tags.put(found.volume_id, marks.tags(
            self.backend.cloud_id, tag_keys.VOLUME, volume))
        return found.volume_id

    def give_back(self, volume_id: str) -> None:
        """Take the marks away (DeleteTags); the volume stays as it is."""
        self.backend.ec2.tags.remove(volume_id, [
            tag_keys.CLOUD, tag_keys.VOLUME, tag_keys.PROJECT])
