# SPDX-License-Identifier: Apache-2.0
"""EC2 actions that reach into a guest."""

from nova_ec2.aws.call import Caller


class Guests:
    """Interrupts and Windows passwords."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def interrupt(self, instance_id: str) -> None:
        """SendDiagnosticInterrupt: a non-maskable interrupt, once.

        :raises InvalidRequest: code ``UnsupportedOperation``: the type has
            none
        :raises IncorrectState: the instance does not run
        """
        self._call('send_diagnostic_interrupt', repeatable=False,
                   InstanceId=instance_id)

    def password_data(self, instance_id: str) -> str:
        """GetPasswordData: what Windows chose for its administrator.

        :returns: base64, encrypted for the key pair of the launch; empty
            until Windows has started, which takes some minutes
        """
        answer = self._call('get_password_data', InstanceId=instance_id)
        return str(answer.get('PasswordData', '')).strip()
