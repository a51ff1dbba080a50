# SPDX-License-Identifier: Apache-2.0
"""Which subnet and which AMI of the emulated EC2 the cloud uses."""

from localcloud import ec2
from localcloud.service import Step


class EC2Subnet(Step):
    """Finds the zone's default subnet and an AMI with a small disk."""

    name = 'ec2-subnet'
    needs = ('emulator',)

    def run(self) -> None:
        client = ec2.client(self.cloud)
        subnet = client.describe_subnets(Filters=[
            {'Name': 'availability-zone', 'Values': [ec2.ZONE]},
            {'Name': 'default-for-az', 'Values': ['true']}])['Subnets'][0]
        ec2.save(self.cloud, {'subnet': subnet['SubnetId'],
                              'cidr': subnet['CidrBlock'],
                              'ami': _smallest_ami(client)})


def _smallest_ami(client) -> str:
    images = client.describe_images(Filters=[
        {'Name': 'architecture', 'Values': ['x86_64']},
        {'Name': 'state', 'Values': ['available']},
        {'Name': 'root-device-type', 'Values': ['ebs']}])['Images']
    linux = [image for image in images if not image.get('Platform')]
    return min(linux, key=lambda image: (_size(image), image['ImageId']))[
        'ImageId']


def _size(image) -> int:
    return sum(mapping.get('Ebs', {}).get('VolumeSize') or 0
               for mapping in image['BlockDeviceMappings'])
