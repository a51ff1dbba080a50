# SPDX-License-Identifier: Apache-2.0
"""A Cinder snapshot is an EBS snapshot; copies of volumes go by one, too."""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.cinder import marks, settled
from nova_ec2.cinder.backend import Backend
from nova_ec2.cinder.marks import Marks
from nova_ec2.cinder.volumes import Volumes
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.snapshot import Snapshot

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Snapshots:
    """The snapshots of one back end."""

    backend: Backend
    volumes: Volumes

    @property
    def _marks(self) -> Marks[Snapshot]:
        backend = self.backend
        return Marks('snapshot', backend.cloud_id, tag_keys.SNAPSHOT,
                     backend.snapshots.fresh, backend.ec2.snapshots.find)

    def create(self, snapshot: Any) -> str:
        """Save a volume and see it saved (CreateSnapshot).

        :returns: the EBS snapshot's id
        :raises ServiceFault: EC2 could not; nothing is left
        """
        return self.save(snapshot.volume, marks.tags(
            self.backend.cloud_id, tag_keys.SNAPSHOT, snapshot))

    def delete(self, snapshot: Any) -> None:
        """Delete a snapshot; one that is gone is deleted.

        :raises IncorrectState: an AMI needs it
        """
        for one in self._marks.all(snapshot):
            self.backend.ec2.snapshots.delete(one.snapshot_id)

    def present(self, snapshot: Any) -> str:
        """The EBS snapshot's id.

        :raises VolumeRefused: it is gone, or no longer marked as this one
        """
        return self._marks.one(snapshot).snapshot_id

    @contextlib.contextmanager
    def passing(self, volume: Any, source: Any) -> Iterator[str]:
        """A snapshot of a volume that ends with the copy made of it.

        :param volume: the copy, whose deletion removes what a crash left
        :param source: the volume that is copied
        """
        snapshot_id = self.save(source, marks.tags(
            self.backend.cloud_id, tag_keys.VOLUME, volume))
        try:
            yield snapshot_id
        finally:
            self._discard(snapshot_id)

    def save(self, volume: Any, tags: Mapping[str, str]) -> str:
        """Save a volume under tags of the caller's, and see it saved.

        :param tags: no other snapshot has them all
        :returns: the EBS snapshot's id
        :raises ServiceFault: EC2 could not; nothing is left
        """
        volume_id = self.volumes.present(volume).volume_id
        try:
            made = self.backend.ec2.snapshots.create(volume_id, tags)
        except exc.OutcomeUnknown:
            found = self.backend.ec2.snapshots.find(tags)
            if not found:
                raise
            made = found[0]
        try:
            seen = self.backend.snapshots.wait(
                made.snapshot_id, settled.left('pending'),
                self.backend.options.ebs_snapshot_timeout)
            if seen is None or seen.state != 'completed':
                raise exc.ServiceFault(
                    f'{made.snapshot_id} could not be made: '
                    f'{seen.reason if seen else "it is gone"}',
                    code='SnapshotFailed', action='CreateSnapshot')
        except exc.NovaEC2Error:
            self._discard(made.snapshot_id)
            raise
        return made.snapshot_id

    def _discard(self, snapshot_id: str) -> None:
        try:
            self.backend.ec2.snapshots.delete(snapshot_id)
        except exc.NovaEC2Error:
            LOG.exception('%s is left behind; deleting the Cinder volume or '
                          'snapshot removes it', snapshot_id)
