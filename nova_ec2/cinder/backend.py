# SPDX-License-Identifier: Apache-2.0
"""One back end: an account, a Region and a zone, built from its options."""

import dataclasses
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.costs import upkeep
from nova_ec2.costs.upkeep import Upkeep
from nova_ec2.fleet.waits import Reader
from nova_ec2.models.account import DEFAULT
from nova_ec2.models.image import Image
from nova_ec2.models.snapshot import Snapshot
from nova_ec2.models.volume import Volume


@dataclasses.dataclass(frozen=True)
class Backend:
    """What every verb needs.

    :param options: of the back end's section, see
        :mod:`nova_ec2.conf.cinder`
    :param account: the account's name
    """

    cloud_id: str
    zone: str
    ec2: EC2
    volumes: Reader[Volume]
    snapshots: Reader[Snapshot]
    images: Reader[Image]
    options: Any
    upkeep: Upkeep
    account: str = DEFAULT


def check(conf: Any, options: Any) -> None:
    """Whether the options are there.

    :raises ConfigurationError: names the option to look at
    """
    if not conf.ec2.cloud_id:
        raise exc.ConfigurationError('is required and not set',
                                     option='[ec2] cloud_id')
    if not options.ebs_availability_zone:
        raise exc.ConfigurationError('is required and not set',
                                     option='ebs_availability_zone')


def check_zone(backend: Backend) -> None:
    """Ask AWS whether the options hold.

    :raises ConfigurationError: names the option to look at
    """
    zones = backend.ec2.places.zones()
    if backend.zone not in zones:
        raise exc.ConfigurationError(
            f'{backend.zone} is no zone that this account can use in '
            f'{backend.ec2.region}; there are {", ".join(sorted(zones))}',
            option='ebs_availability_zone')


def build(conf: Any, options: Any, ec2: EC2,
          account: str = DEFAULT) -> Backend:
    """The back end in one account; nothing is asked of AWS.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param account: its name
    """
    interval = options.ebs_poll_interval
    return Backend(
        cloud_id=conf.ec2.cloud_id, zone=options.ebs_availability_zone,
        ec2=ec2, volumes=Reader('volume', ec2.volumes.describe, interval),
        snapshots=Reader('snapshot', ec2.snapshots.describe, interval),
        images=Reader('AMI', ec2.images.describe, interval),
        options=options, upkeep=upkeep.build(conf, ec2.region, account),
        account=account)
