# SPDX-License-Identifier: Apache-2.0
"""EBS volumes: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.volume import Volume


class Volumes:
    """Create, Delete, Attach, Detach, Modify and DescribeVolumes."""

    def __init__(self, caller: Caller) -> None:
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
            'ClientToken': token, 'TagSpecifications': [
                {'ResourceType': 'volume', 'Tags': _pairs(tags)}]}
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

        :param volume_ids: at most 1000
        :returns: by id; what EC2 does not know is absent
        """
        found: dict[str, Volume] = {}
        ids = sorted(volume_ids)
        for begin in range(0, len(ids), _VALUES):
            found.update({one.volume_id: one for one in self._find([
                {'Name': 'volume-id',
                 'Values': ids[begin:begin + _VALUES]}])})
        return found

    def find(self, tags: Mapping[str, str], key: str = '') -> list[Volume]:
        """All volumes that carry these tags.

        :param key: a tag that they must have, whatever its value
        """
        filters = [{'Name': f'tag:{name}', 'Values': [value]}
                   for name, value in tags.items()]
        if key:
            filters.append({'Name': 'tag-key', 'Values': [key]})
        return self._find(filters)

    def _find(self, filters: list[dict[str, Any]]) -> list[Volume]:
        found: list[Volume] = []
        more: dict[str, Any] = {}
        while True:
            answer = self._call('describe_volumes', Filters=filters,
                                MaxResults=_PAGE, **more)
            found += [parsing.volume(raw) for raw in answer['Volumes']]
            if not answer.get('NextToken'):
                return found
            more = {'NextToken': answer['NextToken']}


_PAGE = 500
# EC2's limit of values in a filter.
_VALUES = 200


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{'Key': key, 'Value': value} for key, value in tags.items()]
