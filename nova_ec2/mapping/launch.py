# SPDX-License-Identifier: Apache-2.0
"""Everything that Nova hands to spawn becomes one LaunchRequest."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from oslo_utils import strutils

from nova_ec2.mapping import disks as disk_mapping
from nova_ec2.mapping import flavor as flavor_mapping
from nova_ec2.mapping import image as image_mapping
from nova_ec2.mapping import keypair, network, tags, userdata
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Candidate, Disk, LaunchRequest
from nova_ec2.models.network import Subnet
from nova_ec2.models.server import Ownership


@dataclasses.dataclass(frozen=True, slots=True)
class LaunchSettings:
    """What configuration says of every launch; see ``[ec2]`` for each.

    :param host: the nova-compute host (``[DEFAULT] host``)
    :param zone: where servers are launched
    """

    cloud_id: str
    host: str
    zone: str
    security_group_ids: tuple[str, ...] = ()
    volume_type: str = 'gp3'
    imds_tokens: str = 'required'
    imds_hop_limit: int = 2
    hostname_in_user_data: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class LaunchInputs:
    """What a launch is decided from.

    :param instance: :class:`nova.objects.Instance`
    :param image_id: Glance's id of the image to boot
    :param properties: that image's properties, see
        :func:`nova_ec2.mapping.image.properties_of`
    :param image: the AMI behind it, as EC2 describes it
    :param types: the instance types that the zone offers
    :param price: USD an hour by type name
    :param subnet: where the interfaces are made
    :param network_info: :class:`nova.network.model.NetworkInfo`
    :param block_device_info: as Nova hands it to spawn
    :param request_id: Nova's id of the request, which tells one attempt to
        build a server from the next
    """

    instance: Any
    image_id: str
    properties: Mapping[str, Any]
    image: Image
    types: Sequence[InstanceType]
    price: flavor_mapping.Price
    subnet: Subnet
    settings: LaunchSettings
    request_id: str
    network_info: Any = ()
    block_device_info: Mapping[str, Any] | None = None


def launch_request(inputs: LaunchInputs) -> LaunchRequest:
    """Decide all that RunInstances must know.

    The key pair must be on EC2 under its name before the request is used,
    see :func:`nova_ec2.mapping.keypair.public_key`.

    :raises RequestRefused: one of its subclasses, naming what was asked for
        and what to look at
    """
    instance, image, settings = (inputs.instance, inputs.image,
                                 inputs.settings)
    image_mapping.check_image(image, inputs.image_id, settings.cloud_id)
    owner = owner_of(instance, settings)
    key = keypair.public_key(instance, image)
    return LaunchRequest(
        owner=owner,
        token_seed=f'{settings.host}/{inputs.request_id}',
        image_id=image.image_id,
        candidates=_candidates(inputs),
        tags=tags.launch_tags(instance, owner),
        interfaces=network.interfaces(inputs.network_info, inputs.subnet,
                                      settings.security_group_ids),
        disks=_disks(inputs),
        key_name=key.name if key else '',
        user_data=userdata.user_data(instance, image,
                                     add_hostname=_adds_hostname(inputs)),
        imds_tokens=settings.imds_tokens,
        imds_hop_limit=settings.imds_hop_limit,
        imds_tags=True)


def owner_of(instance: Any, settings: LaunchSettings) -> Ownership:
    """Who a server's resources belong to on this host."""
    return Ownership(cloud_id=settings.cloud_id, host=settings.host,
                     server_uuid=instance.uuid,
                     project_id=instance.project_id or '')


def _candidates(inputs: LaunchInputs) -> tuple[Candidate, ...]:
    names = flavor_mapping.choose_types(
        inputs.instance.flavor, inputs.image, inputs.types, inputs.price,
        interfaces=network.count(inputs.network_info))
    return tuple(Candidate(name, inputs.settings.zone) for name in names)


def _disks(inputs: LaunchInputs) -> tuple[Disk, ...]:
    return disk_mapping.disks(inputs.instance.flavor, inputs.image,
                              inputs.block_device_info,
                              inputs.settings.volume_type)


def _adds_hostname(inputs: LaunchInputs) -> bool:
    wanted = inputs.properties.get(image_mapping.HOSTNAME_PROPERTY)
    return (inputs.settings.hostname_in_user_data
            and strutils.bool_from_string(wanted, default=True))
