# SPDX-License-Identifier: Apache-2.0
"""What every verb is given: one object, passed down."""

import dataclasses
from collections.abc import Callable
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.conf.watched import WatchedFile
from nova_ec2.costs.table import PriceTable
from nova_ec2.fleet.bulk import Bulk
from nova_ec2.fleet.catalogue import Catalogue
from nova_ec2.fleet.launch import Launcher
from nova_ec2.fleet.spending import OFF, Spending
from nova_ec2.fleet.view import Fleet
from nova_ec2.fleet.waits import Reader
from nova_ec2.models.account import Account
from nova_ec2.models.image import Image
from nova_ec2.models.network import Subnet
from nova_ec2.models.server import Ownership, Server
from nova_ec2.models.volume import Volume

# Where Nova keeps the EC2 id: not editable by tenants, and only a hint, for
# the tags decide.
INSTANCE_ID = 'ec2_instance_id'
# Likewise, what the instance was launched on.
MARKET = 'ec2_market'


@dataclasses.dataclass(frozen=True)
class Timeouts:
    """Seconds until a wait ends."""

    start: float
    stop: float
    terminate: float
    image: float
    volume: float


@dataclasses.dataclass(frozen=True)
class Site:
    """One host's account, Region and zone, and all that works on them.

    :param home: finds the subnet that servers are put in by default
    :param conf: Nova's ConfigOpts, for the options that mapping reads
    :param images: reads AMIs that are being made
    :param volumes: reads EBS volumes whose state changes
    """

    account: Account
    cloud_id: str
    host: str
    zone: str
    home: Callable[[], Subnet]
    ec2: EC2
    fleet: Fleet
    bulk: Bulk
    images: Reader[Image]
    volumes: Reader[Volume]
    catalogue: Catalogue
    launcher: Launcher
    price_file: WatchedFile[PriceTable]
    timeouts: Timeouts
    conf: Any
    spending: Spending = OFF

    @property
    def prices(self) -> PriceTable:
        """What EC2 costs, by the table as it is now."""
        return self.price_file.now()

    @property
    def subnet(self) -> Subnet:
        """The subnet that servers are put in by default.

        :raises ConfigurationError: the account has none in the host's zone
        """
        return self.home()

    def owner(self, instance: Any) -> Ownership:
        """Whom resources made for a Nova server belong to."""
        return Ownership(cloud_id=self.cloud_id, host=self.host,
                         server_uuid=instance.uuid,
                         project_id=instance.project_id or '')

    def locate(self, instance: Any) -> Server | None:
        """Ask EC2 for a Nova server; begun after this call.

        :returns: None where EC2 certainly has none
        :raises FleetUnavailable: EC2 could not be asked
        """
        return self.fleet.locate(
            instance.uuid, instance.system_metadata.get(INSTANCE_ID, ''))


def living(server: Server | None, instance: Any) -> Server:
    """The server that EC2 was found to have for a Nova instance.

    :raises NotOwned: there is none, or it is terminated or about to be
    """
    if server is None or server.state.is_gone:
        raise exc.NotOwned(f'server {instance.uuid} has no instance on EC2')
    return server
