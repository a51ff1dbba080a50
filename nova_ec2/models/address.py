# SPDX-License-Identifier: Apache-2.0
"""An Elastic IP address (DescribeAddresses)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class ElasticAddress:
    """One public IPv4 address that is the account's until it is released.

    :param association_id: '' while it is of no interface
    :param private_address: the address of the interface that it stands for
    """

    allocation_id: str
    public_address: str
    association_id: str = ''
    interface_id: str = ''
    private_address: str = ''
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
