# SPDX-License-Identifier: Apache-2.0
"""What must stay at home does not reach EC2, whoever chose the host.

EC2BurstFilter keeps such servers away. It may not be enabled, Nova asks no
filter about a host that is forced, and a policy may change while a server is
on EC2; so it is looked at here again, before anything is launched or changed.
"""

import dataclasses
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import image
from nova_ec2.models import extra_specs
from nova_ec2.policy import burst
from nova_ec2.policy.burst import Kind, Policy
from nova_ec2.policy.current import CurrentPolicies

_FLAVOR_KEY = f'{extra_specs.SCOPE}burst'


@dataclasses.dataclass(frozen=True, slots=True)
class StayHome:
    """Refuses servers whose policy is ``never``.

    Hints are not known here: a user's own ``never`` is the scheduler's.
    """

    policies: CurrentPolicies

    def check(self, instance: Any, flavor: Any = None) -> None:
        """Look at flavor, image and project of a server.

        :param instance: :class:`nova.objects.Instance`
        :param flavor: the one that it shall have, by default its own
        :raises RequestRefused: it must not be on EC2, or what it may cannot
            be read; says where to look
        """
        flavor = flavor or instance.flavor
        specs = (flavor.extra_specs if 'extra_specs' in flavor else {}) or {}
        project = self.policies.of_project(instance.project_id or '')
        ruling = burst.rule(burst.Sources(
            default=self.policies.default(), project=project,
            image=_parsed(image.properties_of(instance).get(burst.HINT),
                          f'image property {burst.HINT}'),
            flavor=_parsed(specs.get(_FLAVOR_KEY),
                           f'flavor {flavor.name}: {_FLAVOR_KEY}')))
        if ruling.policy.kind is not Kind.NEVER:
            return
        where = {
            'flavor': f'{_FLAVOR_KEY} of flavor {flavor.name}',
            'image': f'property {burst.HINT} of its image',
            'project': f'project {instance.project_id} in policy_file',
            'default': 'the default policy'}[ruling.source]
        raise exc.RequestRefused(
            f'server {instance.uuid} must not be on EC2: {where} is never')


def _parsed(said: str | None, place: str) -> Policy | None:
    if said is None:
        return None
    try:
        return burst.parse(said)
    except ValueError as error:
        raise exc.RequestRefused(f'{place}: {error}') from None
