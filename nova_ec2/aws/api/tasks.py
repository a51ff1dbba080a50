# SPDX-License-Identifier: Apache-2.0
"""Root volumes that EC2 replaces while the instance runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws.call import Caller
from nova_ec2.models.root_task import RootTask


class Tasks:
    """CreateReplaceRootVolumeTask, DescribeReplaceRootVolumeTasks."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def replace_root(self, instance_id: str, image_id: str, token: str,
                     tags: Mapping[str, str]) -> RootTask:
        """Begin to replace a root volume by an AMI's; the same token once.

        The old volume is deleted once the new one is attached. The new one
        has its size, type and DeleteOnTermination, and no tags.

        :param image_id: its architecture, platform and product codes must be
            the instance's
        :raises IncorrectState: it does not run, or has a task already
        :raises InvalidRequest: the AMI differs in what is fixed
        """
        answer = self._call(
            'create_replace_root_volume_task', InstanceId=instance_id,
            ImageId=image_id, ClientToken=token,
            DeleteReplacedRootVolume=True, TagSpecifications=[{
                'ResourceType': 'replace-root-volume-task',
                'Tags': [{'Key': key, 'Value': value}
                         for key, value in tags.items()]}])
        return _task(answer['ReplaceRootVolumeTask'])

    def describe(self, task_ids: Sequence[str]) -> dict[str, RootTask]:
        """Read tasks by id.

        :returns: by id; what EC2 does not know is absent
        """
        found: dict[str, RootTask] = {}
        ids = sorted(task_ids)
        for begin in range(0, len(ids), _IDS):
            answer = self._call(
                'describe_replace_root_volume_tasks',
                ReplaceRootVolumeTaskIds=ids[begin:begin + _IDS])
            found.update({task.task_id: task for task in map(
                _task, answer['ReplaceRootVolumeTasks'])})
        return found

    def of_instance(self, instance_id: str) -> list[RootTask]:
        """All tasks of an instance that EC2 remembers."""
        answer = self._call(
            'describe_replace_root_volume_tasks', Filters=[
                {'Name': 'instance-id', 'Values': [instance_id]}])
        return [_task(raw) for raw in answer['ReplaceRootVolumeTasks']]


# EC2's page of them.
_IDS = 50


def _task(raw: Mapping[str, Any]) -> RootTask:
    return RootTask(task_id=raw['ReplaceRootVolumeTaskId'],
                    instance_id=raw.get('InstanceId', ''),
                    state=raw.get('TaskState', ''))
