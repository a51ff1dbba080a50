# SPDX-License-Identifier: Apache-2.0
"""The one table of our own in Neutron's database.

EC2's tags say what is there. The table says what shall be: the zone was told
when a subnet was made, and a process that dies in between leaves it to
another to make the VPC subnet.
"""

import sqlalchemy as sa
from neutron.db import models_v2
from neutron_lib.db import constants as db_const
from neutron_lib.db import model_base
from sqlalchemy import orm

_NAME = 64


class EC2Subnet(model_base.BASEV2):
    """A Neutron subnet that a VPC subnet follows.

    :ivar zone: of EC2
    :ivar ec2_id: the VPC subnet, '' until it is made
    """

    __tablename__ = 'ec2_subnets'

    subnet_id = sa.Column(
        sa.String(db_const.UUID_FIELD_SIZE),
        sa.ForeignKey('subnets.id', ondelete='CASCADE'), primary_key=True)
    zone = sa.Column(sa.String(_NAME), nullable=False)
    ec2_id = sa.Column(sa.String(_NAME), nullable=False, server_default='',
                       default='')

    # Read with the subnet, so that a list of many costs one query.
    subnet = orm.relationship(
        models_v2.Subnet, load_on_pending=True,
        backref=orm.backref('ec2_subnet', uselist=False, lazy='joined',
                            cascade='delete'))
