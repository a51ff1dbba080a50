# SPDX-License-Identifier: Apache-2.0
"""EC2 Instance Connect: keys for the serial console."""

from nova_ec2.aws.call import Caller


class SerialKeys:
    """SendSerialConsoleSSHPublicKey.

    :param caller: of the service ``ec2-instance-connect``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def push(self, instance_id: str, public_key: str) -> None:
        """Have a key open the serial port of an instance for 60 seconds.

        :param public_key: OpenSSH's line
        :raises IncorrectState: the instance does not run, has no serial
            console, or has it taken
        """
        self._call('send_serial_console_ssh_public_key',
                   InstanceId=instance_id, SerialPort=0,
                   SSHPublicKey=public_key)
