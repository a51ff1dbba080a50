# SPDX-License-Identifier: Apache-2.0
"""EBS volumes: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.volume import Volume


class Volumes:
    """Create, Delete, Attach, Detach, Modify and DescribeVolumes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, zone: str, token: str, tags: Mapping[str, str], *,
               size_gib: int = 0, snapshot_id: str = '',
               volume_type: str = 'gp3', encrypted: bool | None = None,
               kms_key_id: str = '', iops: int = 0, throughput: int = 0,
               multi_attach: bool = False) -> Volume:
        """Make a volume (CreateVolume). The same token makes one.

        :param size_gib: 0 takes the snapshot's
        :param snapshot_id: '' makes a blank volume
        :param kms_key_id: '' takes the account's default key
        :param iops: 0 takes the type's default
        :param throughput: MiB/s, 0 takes the type's default
        :param multi_attach: several instances may have it: io1 and io2 only
        :returns: a volume that is still ``creating``
        """
        parameters: dict[str, Any] = {
            'AvailabilityZone': zone, 'VolumeType': volume_type,
            'ClientToken': token,
            'TagSpecifications': pages.tagged('volume', tags)}
        if size_gib:
            parameters['Size'] = size_gib
        if snapshot_id:
            parameters['SnapshotId'] = snapshot_id
        if encrypted is not None:
            parameters['Encrypted'] = encrypted
        for name, value in (('KmsKeyId', kms_key_id), ('Iops', iops),
                            ('Throughput', throughput)):
            if value:
                parameters[name] = value
        if multi_attach:
            parameters['MultiAttachEnabled'] = True
        return parsing.volume(self._call('create_volume', **parameters))

    def delete(self, volume_id: str) -> None:
        """DeleteVolume; it must not be attached.

        :raises NotFound: it is gone already
        """
        self._call('delete_volume', VolumeId=volume_id)

    def attach(self, volume_id: str, instance_id: str,
               device_name: str) -> None:
        """AttachVolume; it is attached some time later.

        A repeated call says that the volume is in use, so it is not tried
        again by itself.

        :raises IncorrectState: it is attached, or not available
        :raises OutcomeUnknown: the reply was lost; the volume tells
        """
        self._call('attach_volume', repeatable=False, VolumeId=volume_id,
                   InstanceId=instance_id, Device=device_name)

    def detach(self, volume_id: str, instance_id: str, *,
               force: bool = False) -> None:
        """DetachVolume; it is detached some time later.

        :raises IncorrectState: it is not attached
        """
        self._call('detach_volume', repeatable=False, VolumeId=volume_id,
                   InstanceId=instance_id, Force=force)

    def modify(self, volume_id: str, *, size_gib: int = 0, iops: int = 0,
               throughput: int = 0, volume_type: str = '') -> None:
        """ModifyVolume: a volume never shrinks; 0 keeps what it has.

        :param throughput: MiB a second
        :param volume_type: '' keeps what it has
        :raises IncorrectState: it was changed less than six hours ago
        """
        wanted: dict[str, Any] = {
            'Size': size_gib, 'Iops': iops, 'Throughput': throughput,
            'VolumeType': volume_type}
        self._call('modify_volume', repeatable=False, VolumeId=volume_id,
                   **{name: value for name, value in wanted.items()
                      if value})

    def describe(self, volume_ids: Sequence[str]) -> dict[str, Volume]:
        """Read volumes by id (DescribeVolumes with a filter).

        :returns: by id; what EC2 does not know is absent
        """
        return {one.volume_id: one for batch in pages.batches(volume_ids)
                for one in self._find({'volume-id': batch})}

    def find(self, tags: Mapping[str, str], key: str = '') -> list[Volume]:
        """All volumes that carry these tags.

        :param key: a tag that they must have, whatever its value
        """
        filters = pages.with_tags(tags)
        if key:
            filters['tag-key'] = [key]
        return self._find(filters)

    def _find(self, filters: Mapping[str, Sequence[str]]) -> list[Volume]:
        return [parsing.volume(raw) for raw in pages.pages(
            self._caller, 'describe_volumes', 'Volumes', filters,
            size=_PAGE)]


_PAGE = 500
