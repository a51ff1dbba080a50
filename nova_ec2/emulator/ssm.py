# SPDX-License-Identifier: Apache-2.0
"""AWS Systems Manager: inventory of agents, and Run Command, strict.

Parameter Store is moto's. AWS Systems Manager API Reference.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ssm.responses import SimpleSystemManagerResponse

from nova_ec2.emulator.agents import Command
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.world import World

_UNIX, _WINDOWS = ('Linux', 'MacOS'), ('Windows',)
# Document: who runs it, and the parameter that it needs.
DOCUMENTS = {
    'AWS-RunShellScript': (_UNIX, 'commands'),
    'AWS-RunPowerShellScript': (('Linux', *_WINDOWS), 'commands'),
    'AWSEC2-ManageVssIO': (_WINDOWS, 'Action'),
}
TIMEOUT_LEAST = 30


class StrictSSM(SimpleSystemManagerResponse):
    """moto's table of SSM actions with ours in place of some."""

    world: World

    def _instance(self, instance_id: str) -> Any:
        backend = ec2_backends[self.current_account][self.region]
        return backend.instances.get(instance_id)

    def _is_online(self, instance_id: str) -> bool:
        instance = self._instance(instance_id)
        return (instance is not None and instance.state == 'running'
                and (self.world.settings.agents
                     or instance_id in self.world.agents.online))

    def describe_instance_information(self) -> ActionResult:
        """DescribeInstanceInformation, by instance ids."""
        filters = self._get_param('Filters') or []
        if [one.get('Key') for one in filters] != ['InstanceIds']:
            raise Refusal('InvalidFilterKey', 'This emulator filters by '
                          'InstanceIds, and by nothing else.')
        return ActionResult({'InstanceInformationList': [
            self._information(instance_id)
            for instance_id in filters[0]['Values']
            if (self.world.settings.agents
                or instance_id in self.world.agents.seen)
            and self._instance(instance_id) is not None]})

    def _information(self, instance_id: str) -> dict[str, Any]:
        return {
            'InstanceId': instance_id, 'ResourceType': 'EC2Instance',
            'PingStatus': ('Online' if self._is_online(instance_id)
                           else 'ConnectionLost'),
            'PlatformType': self._platform(instance_id),
            'AgentVersion': '3.3.0.0', 'IsLatestVersion': True}

    def _platform(self, instance_id: str) -> str:
        windows = self._instance(instance_id).platform == 'windows'
        return 'Windows' if windows else 'Linux'

    def send_command(self) -> ActionResult:
        """SendCommand to instances by id: to all or to none."""
        ids = self._get_param('InstanceIds') or []
        name = self._get_param('DocumentName') or ''
        parameters = self._get_param('Parameters') or {}
        timeout = int(self._get_param('TimeoutSeconds') or 3600)
        self._check(ids, name, parameters, timeout)
        world = self.world
        made = [world.agents.run(
            one, name, parameters, timeout=timeout,
            comment=self._get_param('Comment') or '', now=world.clock.now(),
            seconds=world.settings.command_seconds,
            secret_type=self._secret_type) for one in ids]
        return ActionResult({'Command': {
            'CommandId': made[0].command_id, 'DocumentName': name,
            'Status': 'Pending', 'InstanceIds': ids,
            'Parameters': parameters}})

    def _check(self, ids: list[str], name: str,
               parameters: dict[str, list[str]], timeout: int) -> None:
        if len(ids) != 1:
            raise Refusal('ValidationException', 'This emulator sends a '
                          'command to one instance at a time.')
        if name not in DOCUMENTS:
            raise Refusal('InvalidDocument', f'Document with name {name} '
                          'does not exist.')
        platforms, needed = DOCUMENTS[name]
        if set(parameters) - {needed, 'executionTimeout'} or not any(
                parameters.get(needed) or ()):
            raise Refusal('InvalidParameters',
                          f'{name} takes {needed} and executionTimeout, not '
                          f'{", ".join(sorted(parameters)) or "nothing"}.')
        if timeout < TIMEOUT_LEAST:
            raise Refusal('ValidationException', 'TimeoutSeconds must be at '
                          f'least {TIMEOUT_LEAST}.')
        if not self._is_online(ids[0]):
            raise Refusal('InvalidInstanceId',
                          f'Instances [[{ids[0]}]] not in a valid state for '
                          f'account {self.current_account}')
        if self._platform(ids[0]) not in platforms:
            raise Refusal('UnsupportedPlatformType',
                          f'{name} does not run on '
                          f'{self._platform(ids[0])}.')

    def _secret_type(self, name: str) -> str:
        found = self.ssm_backend.get_parameters([name])
        return str(found[name].parameter_type) if name in found else ''

    def get_command_invocation(self) -> ActionResult:
        """GetCommandInvocation; unknown for a moment after SendCommand."""
        command = self.world.agents.commands.get(
            self._get_param('CommandId') or '')
        now = self.world.clock.now()
        settings = self.world.settings
        if command is None or (
                command.instance_id != self._get_param('InstanceId')
                or now < command.began + settings.late_visibility_seconds):
            raise Refusal('InvocationDoesNotExist', 'The command ID and '
                          'managed node ID you specified did not match any '
                          'invocations.')
        return ActionResult(_invocation(command, command.status(now)))


def _invocation(command: Command, status: str) -> dict[str, Any]:
    over = status == command.outcome.status
    outcome = command.outcome
    return {
        'CommandId': command.command_id, 'InstanceId': command.instance_id,
        'DocumentName': command.document, 'Comment': command.comment,
        'Status': status, 'StatusDetails': status,
        'ResponseCode': outcome.code if over else -1,
        'StandardOutputContent': outcome.stdout if over else '',
        'StandardErrorContent': outcome.stderr if over else ''}
