# SPDX-License-Identifier: Apache-2.0
"""Zones and subnets: where a server can be put."""

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import subnets
from nova_ec2.aws.call import Caller
from nova_ec2.models.network import Subnet


class Places:
    """DescribeAvailabilityZones, DescribeSubnets and their reservations."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def zones(self) -> list[str]:
        """Names of the Region's zones that the account can use."""
        answer = self._call('describe_availability_zones')
        return [zone['ZoneName'] for zone in answer['AvailabilityZones']
                if zone.get('State') == 'available']

    def subnet(self, subnet_id: str) -> Subnet:
        """One subnet by id.

        :raises NotFound: there is none
        """
        answer = self._call('describe_subnets', SubnetIds=[subnet_id])
        return subnets.read(answer['Subnets'][0])

    def default_subnet(self, zone: str) -> Subnet:
        """The zone's default subnet.

        :raises NotFound: the account has no default VPC, or none there
        """
        answer = self._call('describe_subnets', Filters=[
            {'Name': 'availability-zone', 'Values': [zone]},
            {'Name': 'default-for-az', 'Values': ['true']}])
        if not answer['Subnets']:
            raise exc.NotFound(f'zone {zone} has no default subnet',
                               code='NoDefaultSubnet',
                               action='DescribeSubnets')
        return subnets.read(answer['Subnets'][0])

    def reserved(self, subnet_id: str) -> tuple[str, ...]:
        """Blocks of the subnet that EC2 hands out on request only.

        GetSubnetCidrReservations, those of type explicit.
        """
        answer = self._call('get_subnet_cidr_reservations',
                            SubnetId=subnet_id)
        return tuple(item['Cidr'] for item
                     in answer.get('SubnetIpv4CidrReservations', ())
                     if item.get('ReservationType') == 'explicit')
