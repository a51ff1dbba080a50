# SPDX-License-Identifier: Apache-2.0
"""Commands in a guest, by the SSM agent that runs there.

The agent is part of most images; it takes commands once the instance may
talk to AWS Systems Manager, by an instance profile or by the account's
default host management configuration.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.ssm import Systems
from nova_ec2.fleet.waits import Reader
from nova_ec2.models.guest import CommandOutcome
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops.context import Site, living

SHELL = 'AWS-RunShellScript'
POWERSHELL = 'AWS-RunPowerShellScript'
LINUX, WINDOWS = 'Linux', 'Windows'


@dataclasses.dataclass(frozen=True)
class Guest:
    """A guest whose agent is online.

    :param platform: ``Linux``, ``Windows`` or ``MacOS``
    """

    server: Server
    platform: str


@dataclasses.dataclass(frozen=True)
class GuestAgent:
    """Runs commands in the guests of one host.

    :param commands: reads outcomes by command and instance
    :param timeout: seconds until a command must be over
    """

    site: Site
    systems: Systems
    commands: Reader[CommandOutcome]
    timeout: float

    def find(self, instance: Any) -> Guest:
        """The guest of a Nova server.

        :raises AgentUnavailable: no agent takes commands there
        :raises NotOwned: the server has no instance
        """
        server = living(self.site.locate(instance), instance)
        if server.state is not ServerState.RUNNING:
            raise exc.AgentUnavailable(
                f'instance {server.instance_id} is {server.state}, so its '
                f'SSM agent takes no commands')
        agent = self.systems.agent(server.instance_id)
        if agent is None or agent.ping != 'Online':
            what = agent.ping if agent else 'not registered'
            raise exc.AgentUnavailable(
                f'the SSM agent of instance {server.instance_id} is {what}; '
                f'it must be in the image, and the instance must be allowed '
                f'to use AWS Systems Manager')
        return Guest(server, agent.platform)

    def run(self, guest: Guest, document: str,
            parameters: Mapping[str, Sequence[str]], what: str, *,
            repeatable: bool = False) -> None:
        """Run a document and see it succeed.

        :param parameters: no secrets: AWS keeps them
        :param what: it is for, in words, for the command's history and
            messages
        :param repeatable: it may run twice without harm
        :raises AgentUnavailable: the agent went away meanwhile
        :raises CommandFailed: says how it ended
        :raises WaitTimedOut: it is not over in time
        """
        instance_id = guest.server.instance_id
        try:
            command_id = self.systems.send(
                instance_id, document, parameters, comment=what,
                timeout=self.timeout, repeatable=repeatable)
        except exc.IncorrectState as error:
            raise exc.AgentUnavailable(str(error)) from error
        outcome = self.commands.wait(f'{command_id}/{instance_id}',
                                     _is_over, self.timeout)
        if outcome is None or outcome.state != 'Success':
            raise exc.CommandFailed(_story(what, instance_id, outcome))

    def script(self, guest: Guest, text: str, what: str, *,
               document: str = SHELL, repeatable: bool = False) -> None:
        """The same for the lines of a script."""
        self.run(guest, document, {
            'commands': text.splitlines(),
            'executionTimeout': [str(int(self.timeout))]}, what,
            repeatable=repeatable)


def _is_over(outcome: CommandOutcome | None) -> bool:
    return outcome is not None and outcome.is_over


def _story(what: str, instance_id: str,
           outcome: CommandOutcome | None) -> str:
    assert outcome is not None
    said = outcome.stderr.strip()
    return (f'{what}: the command in instance {instance_id} ended as '
            f'{outcome.state}, exit code {outcome.code}'
            + (f': {said}' if said else ''))
