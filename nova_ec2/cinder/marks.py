# SPDX-License-Identifier: Apache-2.0
"""What on EBS is Cinder's, and which of Cinder's it is.

Cinder notes the EBS id in ``provider_id``; for what died before that was
written there are tags on EC2. Without its tags nothing is touched.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.snapshot import Snapshot
from nova_ec2.models.volume import Volume

T = TypeVar('T', Volume, Snapshot)


def tags(cloud_id: str, key: str, owner: Any) -> dict[str, str]:
    """The tags of what stands for something of Cinder's, or serves it.

    :param key: ``tag_keys.VOLUME`` or ``tag_keys.SNAPSHOT``
    :param owner: :class:`cinder.objects.Volume` or Snapshot
    """
    return {tag_keys.CLOUD: cloud_id, key: owner.id,
            tag_keys.PROJECT: owner.project_id}


@dataclasses.dataclass(frozen=True)
class Marks(Generic[T]):
    """Finds volumes, or snapshots, of one back end.

    :param kind: for messages: ``volume`` or ``snapshot``
    :param read: by EBS id, None where EC2 has none
    :param find: by tags
    """

    kind: str
    cloud_id: str
    key: str
    read: Callable[[str], T | None]
    find: Callable[[Mapping[str, str]], list[T]]

    def all(self, owner: Any) -> list[T]:
        """By Cinder's note, else by the tag of what died before it.

        :raises VolumeRefused: it is no longer marked as this one
        """
        mine = {tag_keys.CLOUD: self.cloud_id, self.key: owner.id}
        if not owner.provider_id:
            return self.find(mine)
        seen = self.read(owner.provider_id)
        if seen is None:
            return []
        if not mine.items() <= seen.tags.items():
            raise exc.VolumeRefused(
                f'{owner.provider_id} does not have the tags of {self.kind} '
                f'{owner.id} any more, so it is not touched')
        return [seen]

    def one(self, owner: Any) -> T:
        """It as EC2 shows it now.

        :raises VolumeRefused: it is gone, or no longer marked as this one
        """
        found = self.all(owner)
        if not found:
            raise exc.VolumeRefused(
                f'EC2 has no {self.kind} for {owner.id}, which was '
                f'{owner.provider_id or "never made"}')
        return found[0]
