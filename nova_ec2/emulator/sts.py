# SPDX-License-Identifier: Apache-2.0
"""AWS Security Token Service: roles are assumed by whom they trust."""

from typing import Any

from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.world import World

_KNOWN = frozenset({'Action', 'Version', 'RoleArn', 'RoleSessionName',
                    'ExternalId', 'DurationSeconds'})


class StrictSTS(TokenResponse):
    """moto's table of STS actions, which trusts anyone, with trust."""

    world: World

    def serialized(self, action_result: ActionResult) -> Any:
        """moto's, with the HTTP status that a refusal asks for."""
        status, headers, body = super().serialized(action_result)
        if isinstance(action_result.result, Refusal):
            status = action_result.result.status
        return status, headers, body

    def assume_role(self) -> ActionResult:
        """AssumeRole of a role that is there and trusts the caller."""
        call = self.world.call
        assert call is not None
        only(call.params, _KNOWN, 'AssumeRole')
        for name in ('RoleArn', 'RoleSessionName'):
            if not call.params.get(name):
                raise Refusal('ValidationError', '1 validation error '
                              f"detected: Value null at '{name}'")
        self.world.roles.check(
            call, call.params['RoleArn'], call.params['RoleSessionName'],
            call.params.get('ExternalId'),
            int(call.params.get('DurationSeconds', 3600)))
        return super().assume_role()
