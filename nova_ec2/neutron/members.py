# SPDX-License-Identifier: Apache-2.0
"""Who is in Neutron's security groups, read from its database."""

import collections
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from neutron.db import models_v2
from neutron.db.models import securitygroup as models
from neutron.plugins.ml2 import models as ml2_models
from neutron_lib import constants
from neutron_lib.db import api as db_api

from nova_ec2.neutron import places


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A port of a group that is on some host.

    :param vpc_id: where it is on EC2; '' on a private host
    """

    port_id: str
    vpc_id: str
    addresses: tuple[str, ...]


def of_groups(context: Any,
              group_ids: Iterable[str]) -> Mapping[str, list[Member]]:
    """The members of groups, by group; ports on no host are left out.

    :param context: of an administrator
    """
    binding, port = ml2_models.PortBinding, models.SecurityGroupPortBinding
    address = models_v2.IPAllocation
    wanted = sorted(set(group_ids))
    found: dict[tuple[str, str, str], list[str]] = {}
    if wanted:
        with db_api.CONTEXT_READER.using(context):
            rows = context.session.query(
                port.security_group_id, port.port_id, binding.host,
                binding.profile, address.ip_address).join(
                    binding, binding.port_id == port.port_id).outerjoin(
                    address, address.port_id == port.port_id).join(
                    models_v2.Port,
                    models_v2.Port.id == port.port_id).filter(
                    models_v2.Port.device_id != '',
                    port.security_group_id.in_(wanted),
                    binding.status == constants.ACTIVE).all()
        for group_id, port_id, host, profile, ip_address in rows:
            place = places.of_profile(profile)
            if not (place or host):
                continue
            found.setdefault(
                (group_id, port_id, place.vpc_id if place else ''),
                []).extend([ip_address] if ip_address else ())
    members: dict[str, list[Member]] = collections.defaultdict(list)
    for (group_id, port_id, vpc_id), addresses in found.items():
        members[group_id].append(
            Member(port_id, vpc_id, tuple(sorted(addresses))))
    return members


def vpcs(context: Any, group_ids: Iterable[str]) -> Mapping[str, set[str]]:
    """By VPC the groups that have a member there.

    :param context: of an administrator
    """
    found: dict[str, set[str]] = collections.defaultdict(set)
    for group_id, members in of_groups(context, group_ids).items():
        for member in members:
            if member.vpc_id:
                found[member.vpc_id].add(group_id)
    return found


def naming(context: Any, group_ids: Iterable[str]) -> set[str]:
    """Groups with a rule whose peers are the members of these groups."""
    return _with_rules(context, models.SecurityGroupRule.remote_group_id,
                       group_ids)


def naming_addresses(context: Any, address_group_id: str) -> set[str]:
    """Groups with a rule whose peers are those of an address group."""
    return _with_rules(context,
                       models.SecurityGroupRule.remote_address_group_id,
                       [address_group_id])


def _with_rules(context: Any, column: Any, ids: Iterable[str]) -> set[str]:
    wanted = sorted(set(ids))
    if not wanted:
        return set()
    with db_api.CONTEXT_READER.using(context):
        return {row[0] for row in context.session.query(
            models.SecurityGroupRule.security_group_id).filter(
                column.in_(wanted)).distinct()}
