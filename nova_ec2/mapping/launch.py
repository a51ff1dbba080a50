# SPDX-License-Identifier: Apache-2.0
"""Everything that Nova hands to spawn becomes one LaunchRequest."""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oslo_utils import strutils

from nova_ec2.mapping import (
    cpu_traits,
    disk_limits,
    encryption,
    hibernation,
    keypair,
    markets,
    network,
    security,
    server_group,
    tags,
    userdata,
    volumes,
)
from nova_ec2.mapping import disks as disk_mapping
from nova_ec2.mapping import flavor as flavor_mapping
from nova_ec2.mapping import image as image_mapping
from nova_ec2.mapping.needs import Need
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Candidate, Disk, LaunchRequest
from nova_ec2.models.network import Subnet
from nova_ec2.models.placement_group import GroupWish
from nova_ec2.models.server import Ownership


@dataclasses.dataclass(frozen=True, slots=True)
class LaunchInputs:
    """What a launch is decided from.

    :param instance: :class:`nova.objects.Instance`
    :param image_meta: :class:`nova.objects.ImageMeta` of the image to boot
    :param image: the AMI behind it, as EC2 describes it
    :param types: the instance types that the zone offers
    :param rank: USD an hour by type name and market, to compare by; None
        where it is not known
    :param subnet: where the interfaces are made; its zone is launched into
    :param network_info: :class:`nova.network.model.NetworkInfo`
    :param block_device_info: as Nova hands it to spawn
    :param owner: whom the server belongs to, and on which host
    :param request_id: Nova's id of the request, which tells one attempt to
        build a server from the next
    :param conf: ConfigOpts with the ``[ec2]`` group
    :param keeps_address: whether a port, a VIF of ``network_info``, must
        keep the address that Neutron gave it
    :param glance: the image's properties from Glance where
        :func:`nova_ec2.mapping.image.needs_glance` says so
    :param group: the placement group of the server's group
    :param market: the only one to launch on, '' for those of the flavor
    :param spots: where interfaces are made, by port id, that do not lie in
        ``subnet``
    """

    instance: Any
    image_meta: Any
    image: Image
    types: Sequence[InstanceType]
    rank: markets.Rank
    subnet: Subnet
    owner: Ownership
    request_id: str
    conf: Any
    network_info: Any = ()
    block_device_info: Mapping[str, Any] | None = None
    glance: Mapping[str, Any] | None = None
    keeps_address: Callable[[Any], bool] = network.always
    group: GroupWish | None = None
    market: str = ''
    spots: Mapping[str, network.Spot] = dataclasses.field(
        default_factory=dict)
    security_group_ids: tuple[str, ...] = ()


def launch_request(inputs: LaunchInputs) -> LaunchRequest:
    """Decide all that RunInstances must know.

    The key pair must be on EC2 under its name before the request is used,
    see :func:`nova_ec2.mapping.keypair.public_key`.

    :raises RequestRefused: one of its subclasses, naming what was asked for
        and what to look at
    """
    instance, image, owner = inputs.instance, inputs.image, inputs.owner
    suspends = hibernation.wanted(instance.flavor, _properties(inputs))
    if suspends:
        inputs = dataclasses.replace(inputs, types=hibernation.able(
            inputs.types, instance.flavor, image))
    options = inputs.conf.ec2
    if volumes.root_volume(inputs.block_device_info) is None:
        image_mapping.check_image(image, inputs.image_meta.id,
                                  owner.cloud_id)
    else:
        image_mapping.check_carrier(image)
    key = keypair.public_key(instance, image)
    request = LaunchRequest(
        owner=owner,
        token_seed=f'{owner.host}/{inputs.request_id}',
        image_id=image.image_id,
        candidates=_candidates(inputs), group=inputs.group,
        tags=tags.launch_tags(instance, owner),
        interfaces=network.interfaces(
            inputs.network_info,
            network.Spot(inputs.subnet, inputs.security_group_ids),
            inputs.spots, inputs.keeps_address),
        disks=_disks(inputs),
        sev_snp=security.encrypts_memory(instance.flavor, inputs.image_meta),
        key_name=key.name if key else '',
        user_data=userdata.user_data(instance, image,
                                     add_hostname=_adds_hostname(inputs)),
        imds_tokens=options.imds_tokens,
        imds_hop_limit=options.imds_hop_limit,
        imds_tags=True,
        # The servers of one request are numbered: there are others.
        in_company=bool(instance.launch_index))
    return _suspendable(inputs, request) if suspends else request


def needs(flavor: Any, image_meta: Any, image: Image) -> list[Need]:
    """What flavor and image ask of the instance type, beside a size.

    :raises RequestRefused: no type can have it, see the mappings
    """
    return [*security.needs(flavor, image_meta, image),
            *cpu_traits.needs(flavor, image_meta)]


def _disks(inputs: LaunchInputs) -> tuple[Disk, ...]:
    """The volumes, as fast and as secret as flavor and image want them."""
    flavor, options = inputs.instance.flavor, inputs.conf.ec2
    speed = disk_limits.of_flavor(flavor)
    disks = disk_mapping.disks(flavor, inputs.image,
                               inputs.block_device_info, options.volume_type)
    if encryption.asked_for(flavor, inputs.image_meta):
        disks = encryption.apply(disks, options.kms_key)
    return disk_limits.apply(flavor, speed, disks, inputs.image.root_gib)


def _candidates(inputs: LaunchInputs) -> tuple[Candidate, ...]:
    group = inputs.group
    asked = [
        *needs(inputs.instance.flavor, inputs.image_meta, inputs.image),
        *network.needs(inputs.network_info)]
    if group is not None and not group.soft:
        asked.append(server_group.need(group))
    kinds = {kind.name: kind for kind in inputs.types}
    found = tuple(Candidate(name, inputs.subnet.zone, market,
                            vcpus=kinds[name].vcpus)
                  for name, market in _purchases(inputs, asked))
    if group is None:
        return found
    return server_group.candidates(group, found, kinds)


def _purchases(inputs: LaunchInputs,
               asked: Sequence[Need]) -> Sequence[tuple[str, str]]:
    """Instance types and markets that serve, the cheapest first."""
    flavor = inputs.instance.flavor
    found = [
        (name, market) for market in _markets(inputs)
        for name in flavor_mapping.choose_types(
            flavor, inputs.image, inputs.types,
            functools.partial(_price, inputs.rank, market),
            interfaces=network.count(inputs.network_info), needs=asked)]
    return markets.in_order(found, inputs.rank)


def _markets(inputs: LaunchInputs) -> tuple[str, ...]:
    if inputs.market:
        return (inputs.market,)
    flavor = inputs.instance.flavor
    return markets.allowed(
        flavor, inputs.conf,
        hibernates=hibernation.wanted(flavor, _properties(inputs)),
        from_volume=volumes.root_volume(
            inputs.block_device_info) is not None)


def _price(rank: markets.Rank, market: str, name: str) -> Decimal | None:
    return rank(name, market)


def _suspendable(inputs: LaunchInputs,
                 request: LaunchRequest) -> LaunchRequest:
    """The same launch, with hibernation and a root that can hold it."""
    memory = {kind.name: kind.memory_mib for kind in inputs.types}
    return dataclasses.replace(
        request, hibernation=True, disks=hibernation.disks(
            request.disks, inputs.image,
            max(memory[one.instance_type] for one in request.candidates)))


def _properties(inputs: LaunchInputs) -> Mapping[str, Any]:
    """The properties of the image to boot."""
    if inputs.glance is not None:
        return inputs.glance
    return image_mapping.properties_of(inputs.instance)


def _adds_hostname(inputs: LaunchInputs) -> bool:
    """Whether both the operator and the image let the lines be added."""
    wanted = _properties(inputs).get(image_mapping.HOSTNAME_PROPERTY)
    return bool(inputs.conf.ec2.hostname_in_user_data
                and strutils.bool_from_string(wanted, default=True))
