# SPDX-License-Identifier: Apache-2.0
"""An AWS account that servers run in, and how it is entered."""

import dataclasses
from collections.abc import Mapping

# The account that the credentials of [ec2] belong to.
DEFAULT = 'default'


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """One AWS account, by the operator's name for it.

    :param name: what operators call it; ``default`` is the account of the
        ``[ec2]`` credentials themselves, entered without a role
    :param account_id: its twelve digits, '' where AWS is to be asked
    :param role_arn: the role to assume there, '' for none
    :param external_id: what the role's trust policy asks for, '' for nothing
    :param subnet_ids: zone -> subnet that servers of that zone are put in
    :param security_group_ids: groups of interfaces whose port names none;
        empty leaves it to the VPC's default group
    """

    name: str
    account_id: str = ''
    role_arn: str = ''
    external_id: str = dataclasses.field(default='', repr=False)
    subnet_ids: Mapping[str, str] = dataclasses.field(default_factory=dict,
                                                      hash=False)
    security_group_ids: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether the ``[ec2]`` credentials serve it as they are."""
        return self.name == DEFAULT
