# SPDX-License-Identifier: Apache-2.0
"""What our table says."""

import dataclasses
from collections.abc import Collection
from typing import Any

from neutron.db import models_v2
from neutron_lib import context as neutron_context
from neutron_lib.db import api as db_api

from nova_ec2.neutron.db import models


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A managed subnet.

    :param cidr: as Neutron writes it
    :param ec2_id: the VPC subnet, '' where it is not known to be there
    """

    subnet_id: str
    network_id: str
    cidr: str
    zone: str
    ec2_id: str

    @property
    def version(self) -> int:
        """4 or 6."""
        return 6 if ':' in self.cidr else 4


def project_of(network_id: str) -> str:
    """The project of a network, '' where Neutron has no such network.

    Not inside of a transaction.
    """
    context = neutron_context.get_admin_context()
    with db_api.CONTEXT_READER.using(context):
        found = context.session.query(models_v2.Network.project_id).filter_by(
            id=network_id).first()
    return str(found[0] or '') if found else ''


def add(context: Any, subnet_id: str, zone: str) -> None:
    """Write that a subnet is to be on EC2; inside of a transaction."""
    with db_api.CONTEXT_WRITER.using(context):
        context.session.add(models.EC2Subnet(subnet_id=subnet_id, zone=zone))


def note(context: Any, subnet_id: str, ec2_id: str) -> None:
    """Write which VPC subnet it is."""
    with db_api.CONTEXT_WRITER.using(context):
        context.session.query(models.EC2Subnet).filter_by(
            subnet_id=subnet_id).update({'ec2_id': ec2_id})


def managed(context: Any, subnet_ids: Collection[str] | None = None,
            network_id: str = '') -> list[Row]:
    """The managed subnets, the eldest first.

    :param context: of an administrator
    :param subnet_ids: these only; None for all
    :param network_id: of this network only, '' for all
    """
    if subnet_ids is not None and not subnet_ids:
        return []
    ours, theirs = models.EC2Subnet, models_v2.Subnet
    with db_api.CONTEXT_READER.using(context):
        query = context.session.query(
            theirs.id, theirs.network_id, theirs.cidr, ours.zone,
            ours.ec2_id).join(ours, ours.subnet_id == theirs.id).order_by(
                theirs.standard_attr_id)
        if subnet_ids is not None:
            query = query.filter(theirs.id.in_(sorted(subnet_ids)))
        if network_id:
            query = query.filter(theirs.network_id == network_id)
        return [Row(*row) for row in query.all()]
