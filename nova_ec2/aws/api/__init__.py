# SPDX-License-Identifier: Apache-2.0
"""Every AWS call of this package, a file per noun."""

import dataclasses
from typing import Any

from nova_ec2.aws.api.addresses import Addresses
from nova_ec2.aws.api.attributes import Attributes
from nova_ec2.aws.api.gateways import InternetGateways, NatGateways
from nova_ec2.aws.api.guests import Guests
from nova_ec2.aws.api.images import Images
from nova_ec2.aws.api.instances import Instances
from nova_ec2.aws.api.interfaces import Interfaces
from nova_ec2.aws.api.keys import Keys
from nova_ec2.aws.api.maintenance import Maintenance
from nova_ec2.aws.api.placement_groups import PlacementGroups
from nova_ec2.aws.api.places import Places
from nova_ec2.aws.api.route_tables import RouteTables
from nova_ec2.aws.api.security_groups import SecurityGroups
from nova_ec2.aws.api.snapshots import Snapshots
from nova_ec2.aws.api.spots import Spots
from nova_ec2.aws.api.subnets import Subnets
from nova_ec2.aws.api.tags import Tags
from nova_ec2.aws.api.tasks import Tasks
from nova_ec2.aws.api.types import Types
from nova_ec2.aws.api.volumes import Volumes
from nova_ec2.aws.api.vpcs import Vpcs
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings


@dataclasses.dataclass(frozen=True, slots=True)
class EC2:
    """EC2 of one account in one Region."""

    region: str
    instances: Instances
    images: Images
    keys: Keys
    types: Types
    places: Places
    maintenance: Maintenance
    volumes: Volumes
    attributes: Attributes
    tags: Tags
    tasks: Tasks
    interfaces: Interfaces
    placement_groups: PlacementGroups
    snapshots: Snapshots
    guests: Guests
    security_groups: SecurityGroups
    addresses: Addresses
    vpcs: Vpcs
    subnets: Subnets
    route_tables: RouteTables
    internet_gateways: InternetGateways
    nat_gateways: NatGateways
    spots: Spots

    @classmethod
    def of(cls, options: Any) -> 'EC2':
        """EC2 as the ``[ec2]`` group says, at the pace that it says."""
        return cls.over(Caller(
            Session(AwsSettings.of(options)),
            pacer=Pacer(share=options.api_share,
                        timeout=options.pacing_timeout)))

    @classmethod
    def over(cls, caller: Caller) -> 'EC2':
        """All nouns over one caller."""
        return cls(region=caller.region, instances=Instances(caller),
                   images=Images(caller), keys=Keys(caller),
                   types=Types(caller), places=Places(caller),
                   maintenance=Maintenance(caller),
                   volumes=Volumes(caller), attributes=Attributes(caller),
                   tags=Tags(caller), tasks=Tasks(caller),
                   interfaces=Interfaces(caller),
                   placement_groups=PlacementGroups(caller),
                   snapshots=Snapshots(caller), guests=Guests(caller),
                   security_groups=SecurityGroups(caller),
                   addresses=Addresses(caller),
                   vpcs=Vpcs(caller), subnets=Subnets(caller),
                   route_tables=RouteTables(caller),
                   internet_gateways=InternetGateways(caller),
                   nat_gateways=NatGateways(caller),
                   spots=Spots(caller))
