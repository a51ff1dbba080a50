# SPDX-License-Identifier: Apache-2.0
"""RunInstances: all that was asked for, or nothing."""

import collections
from typing import Any

from moto.ec2.models.instances import Reservation
from moto.ec2.utils import random_reservation_id

from nova_ec2.emulator import addresses
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.spec import Spec


def launch(backend: Any, spec: Spec) -> Reservation:
    """Launch as many as there is room for, at least ``spec.least``."""
    count = min(spec.most, _room(backend, spec), _quota(backend, spec),
                backend.check_spread(spec.placement_group,
                                     spec.subnet.availability_zone,
                                     spec.least))
    reservation = Reservation(random_reservation_id(), backend.account_id)
    made: list[StrictInstance] = []
    try:
        for index in range(count):
            made.append(StrictInstance(backend, spec, index))
            _furnish(backend, made[-1], spec)
    except Exception:
        for instance in made:
            _undo(backend, instance)
        raise
    reservation.instances.extend(made)
    backend.register(reservation)
    for instance in made:
        backend.begin_life(instance)
    return reservation


def _room(backend: Any, spec: Spec) -> int:
    """How many instances the subnets have addresses for."""
    wanted: collections.Counter[Any] = collections.Counter()
    for one in spec.interfaces:
        wanted[one.subnet] += one.unasked
    count = spec.most
    for subnet, size in wanted.items():
        if size:
            free = backend.address_book(subnet).free_unasked
            count = min(count, free // size)
            if count < spec.least:
                raise addresses.no_room(subnet.id)
    return count


def _quota(backend: Any, spec: Spec) -> int:
    """How many instances the vCPU quota of their market allows."""
    settings = backend.world.settings
    limit = settings.spot_vcpu_limit if spec.spot else settings.vcpu_limit
    if not limit:
        return spec.most
    used = sum(instance.vcpus for instance in backend.instances.values()
               if instance.state not in ('stopped', 'terminated')
               and (instance.lifecycle == 'spot') is spec.spot)
    count = int((limit - used) // spec.vcpus)
    if count < spec.least and spec.spot:
        raise Refusal('MaxSpotInstanceCountExceeded',
                      'Max spot instance count exceeded')
    if count < spec.least:
        raise Refusal(
            'VcpuLimitExceeded',
            'You have requested more vCPU capacity than your current vCPU '
            f'limit of {limit} allows for the instance bucket that the '
            'specified instance type belongs to. Please visit '
            'http://aws.amazon.com/contact-us/ec2-request to request an '
            'adjustment to this limit.')
    return count


def _furnish(backend: Any, instance: StrictInstance, spec: Spec) -> None:
    for one in spec.interfaces:
        eni = one.existing or backend.create_network_interface(
            one.subnet, one.address,
            [{'PrivateIpAddress': address} for address in one.others],
            group_ids=[group.id for group in one.groups],
            description=one.description,
            tags=spec.tags.get('network-interface'),
            public_ip_auto_assign=one.public,
            secondary_ips_count=one.more, ipv6_addresses=one.ipv6,
            ipv6_address_count=one.ipv6_more)
        instance.attach_eni(eni, one.index)
        eni.delete_on_termination = one.delete_on_termination
    backend.make_disks(instance, spec.devices, spec.tags.get('volume', {}))
    if spec.tags.get('instance'):
        instance.add_tags(spec.tags['instance'])
    if spec.spot:
        backend.request_spot(
            instance, spec.tags.get('spot-instances-request', {}))


def _undo(backend: Any, instance: StrictInstance) -> None:
    backend.release_interfaces(instance)
    backend.release_volumes(instance)
    backend.tags.pop(instance.id, None)
    backend.spot_requests.pop(instance.spot_request_id, None)
    backend.tags.pop(instance.spot_request_id, None)
