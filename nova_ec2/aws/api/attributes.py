# SPDX-License-Identifier: Apache-2.0
"""What of an instance can be changed: ModifyInstanceAttribute.

And, of that, what only DescribeInstanceAttribute tells.

Each call sets one attribute, as EC2 demands, and setting it again changes
nothing.
"""

import base64

from nova_ec2.aws.call import Caller


class Attributes:
    """Attributes of instances."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def set_type(self, instance_id: str, instance_type: str) -> None:
        """Give a stopped instance another type.

        :raises IncorrectState: it is not stopped
        """
        self._call('modify_instance_attribute', InstanceId=instance_id,
                   InstanceType={'Value': instance_type})

    def set_user_data(self, instance_id: str, user_data: bytes) -> None:
        """Give a stopped instance other user data, at most 16384 bytes.

        :raises IncorrectState: it is not stopped
        """
        self._call('modify_instance_attribute', InstanceId=instance_id,
                   UserData={'Value': user_data})

    def user_data(self, instance_id: str) -> bytes:
        """What the guest reads as its user data; b'' for none."""
        answer = self._call('describe_instance_attribute',
                            InstanceId=instance_id, Attribute='userData')
        encoded = answer.get('UserData', {}).get('Value', '')
        return base64.b64decode(encoded)

    def delete_on_termination(self, instance_id: str, device_name: str,
                              value: bool) -> None:
        """Whether a volume goes with the instance."""
        self._call('modify_instance_attribute', InstanceId=instance_id,
                   BlockDeviceMappings=[{
                       'DeviceName': device_name,
                       'Ebs': {'DeleteOnTermination': value}}])
