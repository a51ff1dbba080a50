# SPDX-License-Identifier: Apache-2.0
"""One back end: an account, a Region and a zone, built from its options."""

import dataclasses
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.fleet.waits import Reader
from nova_ec2.models.image import Image
from nova_ec2.models.snapshot import Snapshot
from nova_ec2.models.volume import Volume


@dataclasses.dataclass(frozen=True)
class Backend:
    """What every verb needs.

    :param options: of the back end's section, see
        :mod:`nova_ec2.conf.cinder`
    """

    cloud_id: str
    zone: str
    ec2: EC2
    volumes: Reader[Volume]
    snapshots: Reader[Snapshot]
    images: Reader[Image]
    options: Any


def build(conf: Any, options: Any) -> Backend:
    """Read the options, and ask AWS whether they hold.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :raises ConfigurationError: names the option to look at
    """
    if not conf.ec2.cloud_id:
        raise exc.ConfigurationError('is required and not set',
                                     option='[ec2] cloud_id')
    zone = options.ebs_availability_zone
    if not zone:
        raise exc.ConfigurationError('is required and not set',
                                     option='ebs_availability_zone')
    ec2 = EC2.over(Caller(
        Session(AwsSettings.of(conf.ec2)),
        pacer=Pacer(share=conf.ec2.api_share,
                    timeout=conf.ec2.pacing_timeout)))
    zones = ec2.places.zones()
    if zone not in zones:
        raise exc.ConfigurationError(
            f'{zone} is no zone that this account can use in {ec2.region}; '
            f'there are {", ".join(sorted(zones))}',
            option='ebs_availability_zone')
    interval = options.ebs_poll_interval
    return Backend(
        cloud_id=conf.ec2.cloud_id, zone=zone, ec2=ec2,
        volumes=Reader('volume', ec2.volumes.describe, interval),
        snapshots=Reader('snapshot', ec2.snapshots.describe, interval),
        images=Reader('AMI', ec2.images.describe, interval),
        options=options)
