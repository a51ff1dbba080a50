# SPDX-License-Identifier: Apache-2.0
"""Instance types and where they are offered, from moto's data."""

import functools
from typing import Any

from moto.ec2.models.instance_types import (
    INSTANCE_TYPE_OFFERINGS,
    INSTANCE_TYPES,
)

from nova_ec2.emulator.errors import Refusal


@functools.cache
def offered(region: str) -> frozenset[tuple[str, str]]:
    """Pairs of instance type and zone of a region."""
    return frozenset(
        (offer['InstanceType'], offer['Location'])
        for offer in INSTANCE_TYPE_OFFERINGS['availability-zone'].get(
            region, ()))


@functools.cache
def _of_region(region: str) -> frozenset[str]:
    return frozenset(name for name, _ in offered(region))


def require(name: str, region: str) -> dict[str, Any]:
    """What is known of a type; refused where the region lacks it."""
    if name not in INSTANCE_TYPES or name not in _of_region(region):
        raise Refusal('InvalidParameterValue',
                      f"Invalid value '{name}' for InstanceType.")
    found: dict[str, Any] = INSTANCE_TYPES[name]
    return found


def data(name: str) -> dict[str, Any]:
    """All that DescribeInstanceTypes says of a type."""
    found: dict[str, Any] = INSTANCE_TYPES[name]
    return found


def network_info(name: str) -> dict[str, Any]:
    """What DescribeInstanceTypes says of a type's network."""
    found: dict[str, Any] = INSTANCE_TYPES[name]['NetworkInfo']
    return found


def require_in_zone(name: str, zone: str, region: str) -> None:
    """Refuse a type that the zone does not offer."""
    if (name, zone) not in offered(region):
        others = sorted(place for offer, place in offered(region)
                        if offer == name)
        raise Refusal(
            'Unsupported',
            f'Your requested instance type ({name}) is not supported in '
            f'your requested Availability Zone ({zone}). Please retry your '
            'request by not specifying an Availability Zone or choosing '
            f'{", ".join(others)}.')


def require_architecture(name: str, known: dict[str, Any],
                         architecture: str) -> None:
    """Refuse an AMI whose architecture the type does not have."""
    supported = known['ProcessorInfo']['SupportedArchitectures']
    if architecture not in supported:
        raise Refusal(
            'InvalidParameterValue',
            f"The architecture '{','.join(supported)}' of the specified "
            f"instance type '{name}' does not match the architecture "
            f"'{architecture}' of the specified AMI. Specify an instance "
            'type and an AMI that have matching architectures, and try '
            'again.')


def require_ena(name: str, ena_support: bool) -> None:
    """Refuse an AMI without ENA where the type has nothing else."""
    if network_info(name).get('EnaSupport') == 'required' and not ena_support:
        raise Refusal(
            'InvalidParameterCombination',
            'Enhanced networking with the Elastic Network Adapter (ENA) is '
            f"required for the '{name}' instance type. Ensure that you are "
            'using an AMI that is enabled for ENA.')
