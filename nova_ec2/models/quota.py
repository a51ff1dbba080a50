# SPDX-License-Identifier: Apache-2.0
"""EC2's quotas of vCPUs: one a group of instance families and market.

"Amazon EC2 service quotas" and "Spot Instance quotas", Amazon EC2 User Guide.
The codes are those of the Service Quotas API, the same in every Region.
"""

import dataclasses
import re

from nova_ec2.models.market import ON_DEMAND, SPOT


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Families that share a quota.

    :param families: the letters before the number, as in ``m`` of m5.large
    :param on_demand: the code of its quota of running on-demand vCPUs
    :param spot: of vCPUs of spot instances, '' where there is no spot
    """

    name: str
    families: tuple[str, ...]
    on_demand: str
    spot: str = ''


GROUPS = (
    Group('Standard', ('a', 'c', 'd', 'h', 'i', 'm', 'r', 't', 'z'),
          'L-1216C47A', 'L-34B43A08'),
    Group('DL', ('dl',), 'L-6E869C2A', 'L-85EED4F7'),
    Group('F', ('f',), 'L-74FC7D96', 'L-88CF9481'),
    Group('G and VT', ('g', 'gr', 'vt'), 'L-DB2E81BA', 'L-3819A6DF'),
    Group('High Memory', ('u',), 'L-43DA4232'),
    Group('HPC', ('hpc',), 'L-F7808C92'),
    Group('Inf', ('inf',), 'L-1945791B', 'L-B5D1601B'),
    Group('P', ('p',), 'L-417A185B', 'L-7212CCBC'),
    Group('Trn', ('trn',), 'L-2C3B7624', 'L-6B0D517C'),
    Group('X', ('x',), 'L-7295265B', 'L-E3A00192'),
)

_BY_FAMILY = {family: group for group in GROUPS for family in group.families}
_VARIANTS = ('im', 'is')
"""Storage-optimized like ``i``, by another first letter."""

_LETTERS = re.compile(r'[a-z]+')

NAMES = {code: f'{group.name}, {market}' for group in GROUPS
         for market, code in ((ON_DEMAND, group.on_demand),
                              (SPOT, group.spot)) if code}
"""What each quota is of, by code."""


def code(instance_type: str, market: str) -> str:
    """The quota that an instance counts against, '' where none is known."""
    letters = _LETTERS.match(instance_type)
    family = letters.group() if letters else ''
    group = _BY_FAMILY.get('i' if family in _VARIANTS else family)
    if group is None:
        return ''
    return group.spot if market == SPOT else group.on_demand
