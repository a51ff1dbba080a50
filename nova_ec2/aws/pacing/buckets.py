# SPDX-License-Identifier: Apache-2.0
"""EC2's published API throttling, as one table.

EC2 keeps a token bucket for every action, account and Region: a call takes a
token, ``refill`` tokens come back each second, and never more than
``capacity`` lie in it. Some actions take resource tokens besides, one for
every instance named or asked for. From "Request throttling for the Amazon EC2
API" in EC2's Developer Guide; AWS raises the figures of an account on request.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket.

    :param capacity: tokens at most
    :param refill: tokens that come back each second
    """

    capacity: float
    refill: float


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What one action is held to.

    :param requests: a token a call
    :param resources: a token an instance, where the action takes those
    """

    requests: Bucket
    resources: Bucket | None = None


READING = Bucket(100, 20)
"""Describe*, Get* and List* that name, filter or page."""

READING_ALL = Bucket(50, 10)
"""Those of ``COSTLY`` that neither name, filter nor page."""

CHANGING = Bucket(50, 5)
"""Every action that is nowhere else in this table."""

COSTLY = frozenset({
    'DescribeInstances',
    'DescribeInstanceStatus',
    'DescribeNetworkInterfaces',
    'DescribeSecurityGroups',
    'DescribeSnapshots',
    'DescribeVolumes',
})

# Action: Bucket(capacity, refill per second)
REQUESTS = {
    'RunInstances': Bucket(5, 2),
    'StartInstances': Bucket(5, 2),
    'TerminateInstances': Bucket(100, 5),
    'CreateTags': Bucket(100, 10),
    'DeleteTags': Bucket(100, 10),
    'CreateVolume': Bucket(100, 5),
    'DeleteVolume': Bucket(100, 5),
    'CreateSnapshot': Bucket(100, 5),
    'DeleteSnapshot': Bucket(100, 5),
    'CreateNetworkInterface': Bucket(100, 5),
    'DeleteNetworkInterface': Bucket(100, 5),
    'ModifyNetworkInterfaceAttribute': Bucket(100, 5),
    'DeregisterImage': Bucket(100, 5),
    'CopyImage': Bucket(100, 1),
    # EBS direct APIs.
    'StartSnapshot': Bucket(10, 10),
    'PutSnapshotBlock': Bucket(1000, 1000),
    'CompleteSnapshot': Bucket(10, 10),
}

# Action: Bucket(instances at most, instances per second)
RESOURCES = {
    'RunInstances': Bucket(1000, 2),
    'StartInstances': Bucket(1000, 2),
    'StopInstances': Bucket(1000, 20),
    'TerminateInstances': Bucket(1000, 20),
}

# Reading actions of other services for which AWS publishes no figure.
UNPUBLISHED = {
    # AWS Price List.
    'GetProducts': Bucket(20, 10),
}

_READS = ('Describe', 'Get', 'List')
_PAGING = ('MaxResults', 'NextToken')


def limits(action: str, *, bare: bool = False) -> Limits:
    """EC2's limits of an action.

    :param bare: the call neither names, filters nor pages
    """
    if action.startswith(_READS):
        costly = bare and action in COSTLY
        return Limits(UNPUBLISHED.get(
            action, READING_ALL if costly else READING))
    return Limits(REQUESTS.get(action, CHANGING), RESOURCES.get(action))


def is_bare(action: str, parameters: Mapping[str, Any]) -> bool:
    """Whether EC2 counts a call as unfiltered and unpaginated.

    :param parameters: of the call, by botocore's names
    """
    return action in COSTLY and not any(
        parameters.get(name) for name in parameters
        if name == 'Filters' or name in _PAGING or name.endswith('Ids'))


def resources(action: str, parameters: Mapping[str, Any]) -> int:
    """How many resource tokens a call takes.

    :param parameters: of the call, by botocore's names
    """
    if action not in RESOURCES:
        return 0
    if action == 'RunInstances':
        return int(parameters.get('MaxCount', 1))
    return len(parameters.get('InstanceIds', ()))
