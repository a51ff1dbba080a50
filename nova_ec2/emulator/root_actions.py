# SPDX-License-Identifier: Apache-2.0
"""The actions that replace root volumes."""

from typing import Any

from moto.core.responses import ActionResult

from nova_ec2.emulator import tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal


class RootActions(Actions):
    """Mixed into the table of actions."""

    def create_replace_root_volume_task(self) -> Any:
        """CreateReplaceRootVolumeTask, once per client token."""
        return self.world.tokens.once(self.call, self._begin)

    def _begin(self) -> ActionResult:
        instance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [],
            ('replace-root-volume-task',))
        self.error_on_dryrun()
        task = self.ec2_backend.replace_root(
            instance, self.params, tags.get('replace-root-volume-task', {}),
            self.call.doom)
        return ActionResult({'ReplaceRootVolumeTask': task.shown()
                             | {'TaskState': 'pending'}})

    def describe_replace_root_volume_tasks(self) -> Any:
        """DescribeReplaceRootVolumeTasks, by id or by instance."""
        self.error_on_dryrun()
        instances = None
        for one in self.params.get('Filters') or []:
            if one['Name'] != 'instance-id':
                raise Refusal('InvalidParameterValue',
                              f"The filter '{one['Name']}' is invalid")
            instances = one['Values']
        found = self.ec2_backend.tasks(
            self.params.get('ReplaceRootVolumeTaskIds') or [], instances)
        return ActionResult({'ReplaceRootVolumeTasks': [
            task.shown() for task in found]})
