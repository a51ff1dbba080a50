# SPDX-License-Identifier: Apache-2.0
"""EC2 Instance Connect: keys for the serial console.

SendSerialConsoleSSHPublicKey, EC2 Instance Connect API Reference.
"""

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2instanceconnect.responses import Ec2InstanceConnectResponse

from nova_ec2.emulator import guest
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.world import World

_KEY = re.compile(r'(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( .*)?\s*')


class StrictInstanceConnect(Ec2InstanceConnectResponse):
    """moto's table with the action that it lacks."""

    world: World

    def send_serial_console_ssh_public_key(self) -> ActionResult:
        """SendSerialConsoleSSHPublicKey."""
        backend: Any = ec2_backends[self.current_account][self.region]
        key = self._get_param('SSHPublicKey') or ''
        if not _KEY.fullmatch(key) or not 80 <= len(key) <= 4096 or (
                int(self._get_param('SerialPort') or 0) != 0):
            raise Refusal('InvalidArgsException', 'The key or the port is '
                          'not valid.')
        if not backend.serial_access:
            raise Refusal('SerialConsoleAccessDisabledException',
                          'Your account is not authorized to use the EC2 '
                          'Serial Console.')
        instance = backend.instances.get(self._get_param('InstanceId'))
        if instance is None:
            raise Refusal('EC2InstanceNotFoundException',
                          'The specified instance was not found.')
        if not guest.is_nitro(instance):
            raise Refusal('EC2InstanceTypeInvalidException',
                          'The instance type is not supported for connecting '
                          'via the serial console.')
        if instance.state != 'running':
            raise Refusal('EC2InstanceStateInvalidException',
                          'Unable to connect because the instance is not in '
                          'a valid state.')
        self.world.serial.push(instance.id, key)
        return ActionResult({'RequestId': 'request-id', 'Success': True})
