# SPDX-License-Identifier: Apache-2.0
"""AMIs and the snapshots behind them: every call we make of them."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.image import Image


class Images:
    """Create, Register, Describe, Modify and DeregisterImage, DeleteSnapshot.
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def create(self, instance_id: str, name: str, tags: Mapping[str, str],
               *, without: Sequence[str] = (), reboot: bool = False) -> str:
        """Make an AMI of an instance (CreateImage), tagged in the call.

        There is no client token, so a lost reply is settled by the caller,
        with :meth:`find`; EC2 refuses a second AMI of the same name.

        :param without: device names of the volumes that are not to be in it
        :param name: unique in the account, 3 to 128 characters
        :returns: the id of an AMI that is still pending
        """
        left_out: dict[str, Any] = {'BlockDeviceMappings': [
            {'DeviceName': device, 'NoDevice': ''} for device in without]}
        answer = self._call(
            'create_image', repeatable=False, InstanceId=instance_id,
            Name=name, NoReboot=not reboot,
            **left_out if without else {},
            TagSpecifications=[*pages.tagged('image', tags),
                               *pages.tagged('snapshot', tags)])
        return str(answer['ImageId'])

    def register(self, name: str, snapshot_id: str, tags: Mapping[str, str],
                 like: Image) -> str:
        """Make an AMI of a snapshot of a root disk (RegisterImage).

        There is no client token, as for :meth:`create`.

        :param name: unique in the account, 3 to 128 characters
        :param snapshot_id: complete; the AMI is encrypted if it is
        :param like: the AMI whose architecture, boot mode, root device and
            the like the new one has
        :returns: the id of an AMI that may be pending
        """
        more: dict[str, Any] = {key: value for key, value in (
            ('BootMode', like.boot_mode), ('TpmSupport', like.tpm_support),
            ('ImdsSupport', like.imds_support)) if value}
        answer = self._call(
            'register_image', repeatable=False, Name=name,
            Architecture=like.architecture, EnaSupport=like.ena_support,
            VirtualizationType=like.virtualization,
            RootDeviceName=like.root_device_name, BlockDeviceMappings=[{
                'DeviceName': like.root_device_name, 'Ebs': {
                    'SnapshotId': snapshot_id, 'VolumeType': 'gp3',
                    'DeleteOnTermination': True}}],
            TagSpecifications=pages.tagged('image', tags), **more)
        return str(answer['ImageId'])

    def describe(self, image_ids: Sequence[str]) -> dict[str, Image]:
        """Read AMIs by id (DescribeImages with a filter).

        :returns: by id; what EC2 does not know is absent
        """
        answer = self._call(
            'describe_images',
            Filters=[{'Name': 'image-id', 'Values': sorted(image_ids)}])
        return {image.image_id: image for image
                in map(parsing.image, answer['Images'])}

    def find(self, tags: Mapping[str, str]) -> list[Image]:
        """The account's own AMIs that carry these tags."""
        filters = [{'Name': f'tag:{key}', 'Values': [value]}
                   for key, value in tags.items()]
        answer = self._call('describe_images', Owners=['self'],
                            Filters=filters)
        return [parsing.image(raw) for raw in answer['Images']]

    def share(self, image_id: str, account_id: str) -> None:
        """Let another account launch an own AMI (ModifyImageAttribute).

        A second time changes nothing. EC2 does not share an AMI with
        snapshots encrypted by the account's default key.

        :param account_id: twelve digits
        """
        self._call(
            'modify_image_attribute', ImageId=image_id,
            Attribute='launchPermission',
            LaunchPermission={'Add': [{'UserId': account_id}]})

    def delete(self, image: Image) -> None:
        """Remove an AMI and its snapshots (DeregisterImage, DeleteSnapshot).

        What is already gone counts as removed.
        """
        with contextlib.suppress(exc.NotFound):
            self._call('deregister_image', ImageId=image.image_id)
        for snapshot_id in image.snapshot_ids:
            with contextlib.suppress(exc.NotFound):
                self._call('delete_snapshot', SnapshotId=snapshot_id)
