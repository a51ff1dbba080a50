# SPDX-License-Identifier: Apache-2.0
"""Nova's server groups become EC2's placement groups.

Affinity becomes ``cluster``: close together, for a fast network between them.
Anti-affinity becomes ``spread``: each on a rack of its own, at most seven a
zone; a flavor may ask for ``partition`` instead, where any number is spread
over seven partitions that share no rack.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs
from nova_ec2.mapping.needs import Need
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Candidate
from nova_ec2.models.placement_group import GroupWish

_SPEC = extra_specs.SCOPE + 'placement_strategy'

# Nova's policy: the strategies that serve it, the usual one first.
_STRATEGIES = {'affinity': ('cluster',),
               'anti-affinity': ('spread', 'partition')}


def wish(group: Any, flavor: Any, cloud_id: str) -> GroupWish | None:
    """The placement group of a server, None where it shall have none.

    :param group: the server's :class:`nova.objects.InstanceGroup`
    :param flavor: its flavor, which may ask for a strategy or for none
    :raises FlavorRefused: the strategy does not serve the policy
    """
    policy = group.policy or ''
    known = _STRATEGIES.get(policy.removeprefix('soft-'))
    asked = extra_specs.wishes(flavor).placement_strategy
    if known is None or asked == 'none':
        return None
    if asked and asked not in known:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} asks for {_SPEC}={asked}, but the server '
            f'is in server group {group.uuid} with the policy {policy}, '
            f'which is served by {" or ".join(known)}')
    return GroupWish(name=name(group.uuid, cloud_id),
                     strategy=asked or known[0],
                     soft=policy.startswith('soft-'), uuid=group.uuid,
                     policy=policy)


def name(group_uuid: str, cloud_id: str) -> str:
    """EC2's name of a server group: one in an account and Region."""
    return f'nova-ec2-{cloud_id}-{group_uuid}'


def need(wanted: GroupWish) -> Need:
    """What the instance type must have to be in the group."""
    return Need(
        asked=f'policy {wanted.policy} of server group {wanted.uuid}; '
              f'{_SPEC}=none in the flavor does without',
        what=f'{wanted.strategy} placement groups',
        met=lambda kind: wanted.strategy in kind.placement_strategies)


def candidates(wanted: GroupWish, found: tuple[Candidate, ...],
               kinds: Mapping[str, InstanceType]) -> tuple[Candidate, ...]:
    """What to try: within the group and, for a soft policy, then without.

    A soft policy does not choose dearer types for the group's sake: those
    that cannot be in it are tried without.

    :param kinds: the instance types by name
    """
    within = tuple(
        dataclasses.replace(one, group=wanted.name) for one in found
        if wanted.strategy in kinds[one.instance_type].placement_strategies)
    return (*within, *found) if wanted.soft else within
