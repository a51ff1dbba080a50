# SPDX-License-Identifier: Apache-2.0
"""What hint, flavor, image and project say of a request."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects, utils

from nova_ec2.policy import burst
from nova_ec2.policy.burst import Policy, Ruling
from nova_ec2.policy.current import CurrentPolicies
from nova_ec2.scheduler import servers

FLAVOR_KEY = 'ec2:burst'
_IMAGE_KEY = utils.SM_IMAGE_PROP_PREFIX + burst.HINT


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What the filter must know of a request.

    :param moves: the server has a host already
    """

    ruling: Ruling
    moves: bool


class BurstSources:
    """Finds the policy of a request."""

    def __init__(self, policies: CurrentPolicies) -> None:
        self._policies = policies

    def read(self, spec: Any) -> Request:
        """The policy that holds.

        :param spec: :class:`nova.objects.RequestSpec`
        :raises ValueError: a hint, flavor or image has no proper policy;
            says which
        """
        metadata, moves = _server(spec)
        flavor = spec.flavor
        specs = (flavor.extra_specs if 'extra_specs' in flavor else {}) or {}
        project_id = spec.project_id if 'project_id' in spec else ''
        return Request(burst.rule(burst.Sources(
            hint=_parsed(spec.get_scheduler_hint(burst.HINT),
                         f'scheduler hint {burst.HINT}'),
            flavor=_parsed(specs.get(FLAVOR_KEY),
                           f'flavor {flavor.name}, extra spec {FLAVOR_KEY}'),
            image=_parsed(metadata.get(_IMAGE_KEY),
                          f'image property {burst.HINT}'),
            project=self._policies.of_project(project_id or ''),
            default=self._policies.default())), moves)


def _parsed(said: Any, place: str) -> Policy | None:
    if said is None:
        return None
    try:
        return burst.parse(said if isinstance(said, str) else repr(said))
    except ValueError as error:
        raise ValueError(f'{place}: {error}') from None


def _server(spec: Any) -> tuple[Mapping[str, str], bool]:
    """The server's system metadata, and whether it has a host.

    nova-api copies all image properties there, while those in the request
    are the ones only that Nova knows.
    """
    with servers.existing(spec, ['system_metadata']) as (_, server):
        if server is not None:
            return server.system_metadata or {}, bool(server.host)
    try:
        request = objects.BuildRequest.get_by_instance_uuid(
            nova_context.get_admin_context(), spec.instance_uuid)
    except nova_exc.BuildRequestNotFound:
        # Deleted meanwhile; nova-compute looks again in any case.
        return {}, False
    return request.instance.system_metadata or {}, False
