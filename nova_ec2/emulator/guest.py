# SPDX-License-Identifier: Apache-2.0
"""EC2 actions that reach into a guest: interrupt, password, serial port.

"Send a diagnostic interrupt", GetPasswordData and "EC2 Serial Console",
Amazon EC2 User Guide and API Reference.
"""

import base64
import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.responses import EC2Response

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance


def is_nitro(instance: StrictInstance) -> bool:
    """Whether its type is virtual and built on Nitro."""
    known = INSTANCE_TYPES[instance.instance_type]
    return known.get('Hypervisor') == 'nitro' and not known.get('BareMetal')


class GuestActions(EC2Response):
    """A part of the table of actions."""

    def _one(self) -> StrictInstance:
        instance: StrictInstance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        self.error_on_dryrun()
        return instance

    def send_diagnostic_interrupt(self) -> Any:
        """SendDiagnosticInterrupt: a non-maskable interrupt in the guest."""
        instance = self._one()
        if not is_nitro(instance):
            raise Refusal('UnsupportedOperation', 'The instance type '
                          f'{instance.instance_type} does not support '
                          'diagnostic interrupts.')
        if instance.state != 'running':
            raise Refusal('IncorrectInstanceState',
                          f"The instance '{instance.id}' is not in the "
                          "'running' state.")
        instance.interrupts += 1
        return EmptyResult()

    def get_password_data(self) -> Any:
        """GetPasswordData: empty until Windows has booted for a while."""
        instance = self._one()
        world = self.ec2_backend.world
        if not instance.password_data and instance.platform == 'windows' and (
                instance.console_at is not None and world.clock.now()
                >= instance.console_at + world.settings.password_seconds):
            instance.password_data = self._password(instance)
        return ActionResult({
            'InstanceId': instance.id, 'Timestamp': world.clock.utc(),
            'PasswordData': instance.password_data})

    def _password(self, instance: StrictInstance) -> str:
        """A new password, encrypted for the instance's key; '' for none."""
        if not instance.key_name:
            return ''
        pair = self.ec2_backend.key_pairs[instance.key_name]
        key = serialization.load_ssh_public_key(pair.material_public)
        if not isinstance(key, rsa.RSAPublicKey):
            return ''
        instance.password = secrets.token_urlsafe(18)
        return base64.b64encode(key.encrypt(
            instance.password.encode(), padding.PKCS1v15())).decode()

    def enable_serial_console_access(self) -> Any:
        """EnableSerialConsoleAccess, for the account in the Region."""
        return self._serial_access(True)

    def disable_serial_console_access(self) -> Any:
        """DisableSerialConsoleAccess; nobody has it to begin with."""
        return self._serial_access(False)

    def get_serial_console_access_status(self) -> Any:
        """GetSerialConsoleAccessStatus."""
        return self._serial_access(self.ec2_backend.serial_access)

    def _serial_access(self, allowed: bool) -> Any:
        self.error_on_dryrun()
        self.ec2_backend.serial_access = allowed
        return ActionResult({'SerialConsoleAccessEnabled': allowed})
