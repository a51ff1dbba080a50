# SPDX-License-Identifier: Apache-2.0
"""A price as AWS's Price List has it."""

import dataclasses
from decimal import Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class ListPrice:
    """What one product costs on demand.

    :param family: AWS's product family, '' where it has none
    :param usage: its usage type without what names the Region, for instance
        ``BoxUsage:m5.large`` or ``EBS:VolumeUsage.gp3``
    :param instance_type: '' of what is no instance
    :param volume_type: '' of what is no volume
    :param unit: AWS's, for instance ``Hrs`` or ``GB-Mo``
    :param usd: a unit, in the dearest of its tiers
    :param sku: AWS's number of the product
    :param published: when, ``YYYY-MM-DD``
    """

    region: str
    family: str
    usage: str
    instance_type: str
    volume_type: str
    unit: str
    usd: Decimal
    sku: str
    published: str
