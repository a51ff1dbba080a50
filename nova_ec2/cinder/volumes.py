# SPDX-License-Identifier: Apache-2.0
"""A Cinder volume is an EBS volume."""

import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

from cinder.volume import volume_types
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.cinder import kinds, marks, settled
from nova_ec2.cinder.backend import Backend
from nova_ec2.cinder.kinds import Kind
from nova_ec2.cinder.marks import Marks
from nova_ec2.costs.spans import Use
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.volume import Volume

LOG = logging.getLogger(__name__)

_ENDED = ('deleting', 'deleted')


@dataclasses.dataclass(frozen=True)
class Volumes:
    """The volumes of one back end."""

    backend: Backend

    @property
    def _marks(self) -> Marks[Volume]:
        backend = self.backend
        return Marks('volume', backend.cloud_id, tag_keys.VOLUME,
                     backend.volumes.fresh, backend.ec2.volumes.find)

    def create(self, volume: Any, snapshot_id: str = '',
               token: str = '') -> str:
        """Make a volume and see it available (CreateVolume).

        Asked again, as after a crash, it is the same one.

        :param snapshot_id: EC2's, of what shall be on it
        :param token: at most 64 ASCII characters; '' for the volume's first
        :returns: the EBS id
        :raises RequestRefused: its type asks for what EBS does not have
        :raises ServiceFault: EC2 could not make it; nothing is left
        :raises BudgetExhausted: it would cost more than may be spent
        """
        kind = self.kind_of(volume)
        with self.backend.upkeep.paid(lambda: self._use(
                volume, kind, volume.size)) as paid:
            volume_id = self._create(volume, kind, snapshot_id, token)
            paid(volume_id)
            return volume_id

    def _create(self, volume: Any, kind: Kind, snapshot_id: str,
                token: str) -> str:
        made = self.backend.ec2.volumes.create(
            self.backend.zone, token or f'cinder-{volume.id}', marks.tags(
                self.backend.cloud_id, tag_keys.VOLUME, volume),
            size_gib=volume.size, snapshot_id=snapshot_id,
            **dataclasses.asdict(kind))
        try:
            self._until_made(made.volume_id)
        except exc.NovaEC2Error:
            self._discard(made.volume_id)
            raise
        LOG.info('Volume %s is %s', volume.id, made.volume_id)
        return made.volume_id

    def is_there(self, volume: Any) -> bool:
        """Whether this account has anything made for a volume."""
        return bool(self._marks.all(volume))

    def delete(self, volume: Any) -> None:
        """Delete a volume (DeleteVolume); one that is gone is deleted.

        :raises IncorrectState: a server still has it
        """
        for one in self._marks.all(volume):
            self._delete(one)
        self.delete_others(volume)
        for snapshot in self.backend.ec2.snapshots.find({
                tag_keys.CLOUD: self.backend.cloud_id,
                tag_keys.VOLUME: volume.id}):
            # A copy of another volume died half-way.
            self.backend.ec2.snapshots.delete(snapshot.snapshot_id)

    def delete_others(self, volume: Any) -> None:
        """Delete what else was made for a volume (see reimage.py)."""
        for one in self.backend.ec2.volumes.find({
                tag_keys.CLOUD: self.backend.cloud_id,
                tag_keys.VOLUME: volume.id}):
            if one.volume_id != volume.provider_id:
                self._delete(one)

    def _delete(self, one: Volume) -> None:
        seen = one if one.state != 'creating' else self._wait(
            one.volume_id, settled.left('creating'))
        if seen is not None and seen.state not in _ENDED:
            with contextlib.suppress(exc.NotFound):
                self.backend.ec2.volumes.delete(one.volume_id)
        self.backend.upkeep.ended(one.volume_id)

    def extend(self, volume: Any, size_gib: int) -> None:
        """Grow a volume and see it grown (ModifyVolume).

        One that is as large already, as after a crash, is left as it is.

        :raises IncorrectState: it was changed less than six hours ago
        """
        now = self.present(volume)
        if now.size_gib >= size_gib:
            return
        kind = Kind(now.volume_type, now.iops, now.throughput)
        with self.backend.upkeep.paid(lambda: self._use(
                volume, kind, size_gib, now.volume_id)) as paid:
            with contextlib.suppress(exc.OutcomeUnknown):  # Its size tells.
                self.backend.ec2.volumes.modify(now.volume_id,
                                                size_gib=size_gib)
            self._wait(now.volume_id, lambda seen: seen is None
                       or seen.size_gib >= size_gib)
            paid(now.volume_id)

    def retype(self, volume: Any, new_type_id: str) -> bool:
        """Change type and speed in place (ModifyVolume).

        :returns: False where only another volume could be so
        """
        now, kind = self.present(volume), self._kind(new_type_id)
        if (kind.encrypted not in (None, now.encrypted)
                or kind.multi_attach != now.multi_attach):
            return False
        if (now.volume_type != kind.volume_type
                or kind.iops not in (0, now.iops)
                or kind.throughput not in (0, now.throughput)):
            with self.backend.upkeep.paid(lambda: self._use(
                    volume, kind, now.size_gib, now.volume_id)) as paid:
                self._modify(now, kind)
                paid(now.volume_id)
        return True

    def _modify(self, now: Volume, kind: Kind) -> None:
        with contextlib.suppress(exc.OutcomeUnknown):
            self.backend.ec2.volumes.modify(
                now.volume_id, volume_type=kind.volume_type,
                iops=kind.iops, throughput=kind.throughput)
        self._wait(now.volume_id, lambda seen: seen is None
                   or seen.volume_type == kind.volume_type)

    def _use(self, volume: Any, kind: Kind, size_gib: int,
             volume_id: str = '') -> Use:
        """What it costs, and whom."""
        return self.backend.upkeep.volume(
            kind.volume_type, size_gib, kind.iops, kind.throughput,
            project_id=volume.project_id or '',
            user_id=volume.user_id or '', zone=self.backend.zone,
            resource_id=volume_id)

    def present(self, volume: Any) -> Volume:
        """The EBS volume as EC2 shows it now, which must be ours.

        :raises VolumeRefused: it is gone, or no longer marked as this one
        """
        return self._marks.one(volume)

    def kind_of(self, volume: Any) -> Kind:
        """What its type asks of EBS.

        :raises RequestRefused: what EBS does not have
        """
        if volume.encryption_key_id:
            raise exc.RequestRefused(
                'its volume type has an encryption of Cinder, which the '
                'compute host would do; EBS encrypts by itself: use the '
                'extra spec ebs:encrypted instead')
        return self._kind(volume.volume_type_id)

    def _kind(self, type_id: str | None) -> Kind:
        specs = volume_types.get_volume_type_extra_specs(
            type_id) if type_id else {}
        options = self.backend.options
        return kinds.kind(specs, options.ebs_volume_type,
                          options.ebs_kms_key)

    def _until_made(self, volume_id: str) -> None:
        seen = self._wait(volume_id, settled.left('creating'))
        if seen is None or seen.state == 'error':
            raise exc.ServiceFault(
                f'{volume_id} could not be made', code='VolumeFailed',
                action='CreateVolume')

    def _discard(self, volume_id: str) -> None:
        try:
            self.backend.ec2.volumes.delete(volume_id)
        except exc.NotFound:
            pass
        except exc.NovaEC2Error:
            LOG.exception('%s is left behind; deleting its Cinder volume '
                          'removes it', volume_id)

    def _wait(self, volume_id: str,
              done: Callable[[Volume | None], bool]) -> Volume | None:
        return self.backend.volumes.wait(
            volume_id, done, self.backend.options.ebs_volume_timeout)
