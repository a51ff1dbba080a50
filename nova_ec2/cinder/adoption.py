# SPDX-License-Identifier: Apache-2.0
"""Volumes and snapshots that somebody made on EBS become Cinder's, and are
given back.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.cinder import marks
from nova_ec2.cinder.backend import Backend
from nova_ec2.cinder.volumes import Volumes
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.snapshot import Snapshot
from nova_ec2.models.volume import Volume

REFERENCE = 'source-id'

_TAKEN = (tag_keys.SERVER, tag_keys.VOLUME, tag_keys.SNAPSHOT,
          tag_keys.IMAGE)


@dataclasses.dataclass(frozen=True)
class Adoption:
    """Manages and unmanages what one back end can have.

    A reference is ``{'source-id': EBS id}``.
    """

    backend: Backend
    volumes: Volumes

    def find(self, reference: Mapping[str, Any]) -> Volume:
        """The volume that an administrator names.

        :raises VolumeRefused: it cannot be taken; says why
        """
        volume_id = _named(reference, 'volume', 'vol-0a1b2c3d4e5f67890')
        volume = self.backend.volumes.fresh(volume_id)
        if volume is None:
            raise exc.VolumeRefused(f'EC2 has no volume {volume_id}')
        if volume.zone != self.backend.zone:
            raise exc.VolumeRefused(
                f'{volume_id} is in {volume.zone}, and this back end has the '
                f'volumes of {self.backend.zone}')
        self._check_free(volume_id, volume.tags)
        _check_state(volume_id, volume.state, 'available')
        return volume

    def find_snapshot(self, snapshot: Any,
                      reference: Mapping[str, Any]) -> Snapshot:
        """The snapshot that an administrator names.

        :param snapshot: Cinder's; it is one of a volume that Cinder has
        :raises VolumeRefused: it cannot be taken; says why
        """
        snapshot_id = _named(reference, 'snapshot', 'snap-0a1b2c3d4e5f67890')
        found = self.backend.snapshots.fresh(snapshot_id)
        if found is None:
            raise exc.VolumeRefused(
                f'this account has no snapshot {snapshot_id}')
        source = self.volumes.present(snapshot.volume).volume_id
        if found.volume_id != source:
            raise exc.VolumeRefused(
                f'{snapshot_id} was made of {found.volume_id}, and volume '
                f'{snapshot.volume_id} is {source}')
        self._check_free(snapshot_id, found.tags)
        _check_state(snapshot_id, found.state, 'completed')
        return found

    def take(self, volume: Any, reference: Mapping[str, Any]) -> str:
        """Mark a volume as Cinder's (CreateTags).

        :returns: the EBS id
        """
        found = self.find(reference)
        self.backend.ec2.tags.put(found.volume_id, marks.tags(
            self.backend.cloud_id, tag_keys.VOLUME, volume))
        return found.volume_id

    def take_snapshot(self, snapshot: Any,
                      reference: Mapping[str, Any]) -> str:
        """Likewise a snapshot."""
        found = self.find_snapshot(snapshot, reference)
        self.backend.ec2.tags.put(found.snapshot_id, marks.tags(
            self.backend.cloud_id, tag_keys.SNAPSHOT, snapshot))
        return found.snapshot_id

    def give_back(self, ebs_id: str, key: str) -> None:
        """Take the marks away (DeleteTags); all else stays as it is.

        :param key: ``tag_keys.VOLUME`` or ``tag_keys.SNAPSHOT``
        """
        self.backend.ec2.tags.remove(ebs_id, [
            tag_keys.CLOUD, key, tag_keys.PROJECT])

    def _check_free(self, ebs_id: str, tags: Mapping[str, str]) -> None:
        owner = tags.get(tag_keys.CLOUD, self.backend.cloud_id)
        if owner != self.backend.cloud_id or any(
                key in tags for key in _TAKEN):
            raise exc.VolumeRefused(
                f'{ebs_id} is managed already, by cloud {owner}')


def _named(reference: Mapping[str, Any], kind: str, example: str) -> str:
    ebs_id = reference.get(REFERENCE)
    if not ebs_id:
        raise exc.VolumeRefused(
            f'name the {kind} as {REFERENCE}, for instance '
            f'{REFERENCE}={example}')
    return str(ebs_id)


def _check_state(ebs_id: str, state: str, wanted: str) -> None:
    if state != wanted:
        raise exc.VolumeRefused(f'{ebs_id} is {state}, not {wanted}')
