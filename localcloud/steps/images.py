# SPDX-License-Identifier: Apache-2.0
"""A Glance image that stands for an AMI."""

import io

from localcloud import clients, ec2
from localcloud.service import Step

NAME = 'linux'
BYTES = 1 << 20
"""The private host's fake driver boots anything; EC2 boots the AMI."""


class Images(Step):
    """Makes the public image ``linux``."""

    name = 'images'
    needs = ('glance', 'accounts', 'ec2-subnet')

    def run(self) -> None:
        connection = clients.connection(self.cloud)
        image = connection.image.create_image(
            name=NAME, disk_format='raw', container_format='bare',
            visibility='public', data=io.BytesIO(bytes(BYTES)),
            validate_checksum=False,
            ec2_ami_id=ec2.read(self.cloud)['ami'])
        connection.image.wait_for_status(image, 'active', wait=60)
