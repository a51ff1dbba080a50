# SPDX-License-Identifier: Apache-2.0
"""The replacement of a root volume while the instance runs.

"Replace the root volume for an Amazon EC2 instance without stopping it",
Amazon EC2 User Guide; CreateReplaceRootVolumeTask, Amazon EC2 API Reference.
"""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from moto.moto_api._internal import mock_random

from nova_ec2.emulator import disks, firmware, types
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.instance import StrictInstance

_KNOWN = frozenset({'ClientToken', 'DeleteReplacedRootVolume', 'DryRun',
                    'ImageId', 'InstanceId', 'SnapshotId',
                    'TagSpecifications'})
_UNDER_WAY = ('pending', 'in-progress')
DETACHED = 'detached'
"""The doom with which a task leaves its instance without a root."""


@dataclasses.dataclass
class Task:
    """A replacement; it keeps what EC2 shows of it."""

    task_id: str
    instance: StrictInstance
    image: Any
    snapshot_id: str
    delete_replaced: bool
    tags: dict[str, str]
    started: datetime.datetime
    state: str = 'pending'
    completed: datetime.datetime | None = None

    def shown(self) -> dict[str, Any]:
        """As DescribeReplaceRootVolumeTasks shows it."""
        found = {
            'ReplaceRootVolumeTaskId': self.task_id,
            'InstanceId': self.instance.id, 'TaskState': self.state,
            'StartTime': self.started.isoformat(),
            'DeleteReplacedRootVolume': self.delete_replaced,
            'Tags': [{'Key': key, 'Value': value}
                     for key, value in self.tags.items()]}
        if self.completed:
            found['CompleteTime'] = self.completed.isoformat()
        if self.image is not None:
            found['ImageId'] = self.image.id
        elif self.snapshot_id:
            found['SnapshotId'] = self.snapshot_id
        return found


class RootTasks:
    """The part of the backend that replaces root volumes.

    :ivar root_tasks: every task there was, by id
    """

    world: Any
    volumes: dict[str, Any]
    snapshots: dict[str, Any]
    root_tasks: dict[str, Task]

    def replace_root(self, instance: StrictInstance, params: dict[str, Any],
                     tags: dict[str, str],
                     doom: tuple[str, str] | None) -> Task:
        """Begin a task; refuses as EC2 would.

        :param doom: it will fail, the root volume still attached or, where
            the code is ``detached``, not
        """
        only(params, _KNOWN, 'CreateReplaceRootVolumeTask')
        image, snapshot_id = self._source(instance, params)
        task = Task('replacevol-' + mock_random.get_random_hex(17), instance,
                    image, snapshot_id,
                    bool(params.get('DeleteReplacedRootVolume')), tags,
                    self.world.clock.utc())
        self.root_tasks[task.task_id] = task
        self._after(lambda: self._replace(task, doom))
        return task

    def tasks(self, ids: Iterable[str],
              instance_ids: Iterable[str] | None) -> list[Task]:
        """Tasks by id, or all, of some instances or of all."""
        wanted = list(ids)
        for task_id in wanted:
            if task_id not in self.root_tasks:
                raise Refusal('InvalidReplaceRootVolumeTaskID.NotFound',
                              f"The task '{task_id}' does not exist")
        return [task for task in self.root_tasks.values()
                if (not wanted or task.task_id in wanted)
                and (instance_ids is None
                     or task.instance.id in instance_ids)]

    def _source(self, instance: StrictInstance, params: dict[str, Any]
                ) -> tuple[Any, str]:
        """The AMI, if any, and the snapshot for the new volume."""
        image_id, snapshot_id = params.get('ImageId'), params.get(
            'SnapshotId')
        if image_id and snapshot_id:
            raise Refusal('InvalidParameterCombination',
                          'ImageId and SnapshotId cannot be used together')
        if instance.state != 'running':
            raise Refusal('IncorrectInstanceState',
                          f"The instance '{instance.id}' is not in the "
                          "'running' state.")
        if any(task.instance is instance and task.state in _UNDER_WAY
               for task in self.root_tasks.values()):
            raise Refusal('IncorrectState',
                          f"The root volume of '{instance.id}' is being "
                          'replaced already')
        root = self._root(instance)
        if image_id:
            image = self.launchable_image(image_id)  # type: ignore[attr-defined]
            self._check_image(instance, image)
            return image, _root_device(image).snapshot_id
        if snapshot_id:
            snapshot = self.snapshots.get(snapshot_id)
            if snapshot is None:
                raise Refusal('InvalidSnapshot.NotFound',
                              f"The snapshot '{snapshot_id}' does not exist.")
            if snapshot.volume is not root and (
                    snapshot_id != root.snapshot_id):
                raise Refusal('InvalidParameterValue',
                              f"The snapshot '{snapshot_id}' was not made "
                              "from the root volume of the instance")
            return None, snapshot_id
        return None, root.snapshot_id

    def _check_image(self, instance: StrictInstance, image: Any) -> None:
        """The AMI must have what was fixed when the instance was launched.
        """
        for what, of_image, of_instance in (
                ('architecture', image.architecture, instance.architecture),
                ('virtualization type', image.virtualization_type,
                 instance.virtualization_type),
                ('platform', image.platform or '', instance.platform or ''),
                ('product codes', sorted(image.product_codes),
                 sorted(instance.product_codes))):
            if of_image != of_instance:
                raise Refusal('InvalidParameterValue',
                              f'The AMI {image.id} has another {what} '
                              f'({of_image}) than the instance '
                              f'({of_instance})')
        name = instance.instance_type
        firmware.check(image, name, types.require(
            name, instance.region_name), instance.sev_snp)

    def _root(self, instance: StrictInstance) -> Any:
        block = instance.block_device_mapping.get(instance.root_device_name)
        if block is None:
            raise Refusal('IncorrectState',
                          f"The instance '{instance.id}' has no volume "
                          'attached at root')
        return self.volumes[block.volume_id]

    def _replace(self, task: Task, doom: tuple[str, str] | None) -> None:
        if doom and doom[0] != DETACHED:
            self._end(task, 'failed')
            return
        task.state = 'in-progress'
        self._after(lambda: self._swap(task, detached=bool(doom)))

    def _swap(self, task: Task, detached: bool) -> None:
        instance = task.instance
        name = instance.root_device_name
        block = instance.block_device_mapping.get(name)
        if instance.state != 'running' or block is None:
            self._end(task, 'failed')
            return
        old = self.volumes[block.volume_id]
        self.part(old, instance, name)  # type: ignore[attr-defined]
        if detached:
            self._end(task, 'failed-detached')
            return
        self._join_new(task, old, block.delete_on_termination)
        if task.delete_replaced:
            self.delete_volume(old.id)  # type: ignore[attr-defined]
        if task.image is not None:
            instance.image_id = task.image.id
            instance.boot_mode = task.image.boot_mode
        self.reboot(instance)  # type: ignore[attr-defined]
        self._end(task, 'succeeded')

    def _join_new(self, task: Task, old: Any, goes: bool) -> None:
        """The new volume has the type, the size and no tags of the old."""
        snapshot = self.snapshots[task.snapshot_id]
        new = self.create_volume(  # type: ignore[attr-defined]
            max(old.size, snapshot.volume.size), old.zone.name,
            snapshot_id=task.snapshot_id, volume_type=old.volume_type,
            encrypted=bool(old.encrypted or snapshot.encrypted))
        self.join(  # type: ignore[attr-defined]
            new, task.instance, task.instance.root_device_name, goes)

    def _end(self, task: Task, state: str) -> None:
        task.state, task.completed = state, self.world.clock.utc()

    def _after(self, change: Any) -> None:
        self.world.timeline.after(self.world.settings.volume_seconds, change)


def _root_device(image: Any) -> disks.Device:
    device: disks.Device = next(one for one in image.devices
                                if one.name == image.root_device_name)
    return device
