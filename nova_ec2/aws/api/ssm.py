# SPDX-License-Identifier: Apache-2.0
"""AWS Systems Manager: agents in guests, commands, and secrets for these."""

import contextlib
from collections.abc import Mapping, Sequence

from nova_ec2 import exceptions as exc
from nova_ec2.aws.call import Caller
from nova_ec2.models.guest import Agent, CommandOutcome

# SendCommand's own limit, in seconds.
_TIMEOUT_LEAST = 30
# Of what a command wrote so much is kept, in characters.
_STDERR_MOST = 300


class Systems:
    """Run Command and Parameter Store.

    :param caller: of the service ``ssm``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def agent(self, instance_id: str) -> Agent | None:
        """The agent of a guest, None where none ever registered."""
        listed = self._call(
            'describe_instance_information',
            Filters=[{'Key': 'InstanceIds', 'Values': [instance_id]}])
        for raw in listed.get('InstanceInformationList', ()):
            return Agent(platform=raw.get('PlatformType', ''),
                         ping=raw.get('PingStatus', ''))
        return None

    def send(self, instance_id: str, document: str,
             parameters: Mapping[str, Sequence[str]], *, comment: str,
             timeout: float, repeatable: bool) -> str:
        """Have an agent run a document (SendCommand).

        :param parameters: AWS keeps them in the command's history, so they
            must hold no secret
        :param timeout: seconds until it must have begun
        :param repeatable: it may run twice without harm
        :returns: the command's id
        :raises IncorrectState: the agent is not online
        """
        answer = self._call(
            'send_command', repeatable=repeatable, InstanceIds=[instance_id],
            DocumentName=document, Comment=comment[:100],
            Parameters={name: list(values)
                        for name, values in parameters.items()},
            TimeoutSeconds=max(_TIMEOUT_LEAST, int(timeout)))
        return str(answer['Command']['CommandId'])

    def outcome(self, command_id: str,
                instance_id: str) -> CommandOutcome | None:
        """How a command stands; None right after it was sent."""
        try:
            raw = self._call('get_command_invocation', CommandId=command_id,
                             InstanceId=instance_id)
        except exc.NotFound:
            return None
        return CommandOutcome(
            state=raw.get('Status', ''), code=raw.get('ResponseCode', -1),
            stderr=raw.get('StandardErrorContent', '')[:_STDERR_MOST])

    def outcomes(self, ids: Sequence[str]) -> dict[str, CommandOutcome]:
        """How commands stand; those just sent may be absent.

        :param ids: of command and instance, as ``command/instance``
        """
        found = {one: self.outcome(*one.split('/')) for one in ids}
        return {one: outcome for one, outcome in found.items()
                if outcome is not None}

    def put_secret(self, name: str, value: str,
                   tags: Mapping[str, str]) -> None:
        """Keep a value as a SecureString, in place of an older one."""
        self.delete_secret(name)
        self._call('put_parameter', Name=name, Value=value,
                   Type='SecureString', repeatable=False,
                   Tags=[{'Key': key, 'Value': text}
                         for key, text in tags.items()])

    def delete_secret(self, name: str) -> None:
        """Remove a SecureString; gone is success."""
        with contextlib.suppress(exc.NotFound):
            self._call('delete_parameter', Name=name)
