# SPDX-License-Identifier: Apache-2.0
"""A network interface by itself (DescribeNetworkInterfaces)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkInterface:
    """One interface (EC2: ENI), attached or not.

    :param status: ``available``, ``associated``, ``attaching``, ``in-use``,
        ``detaching``
    :param attachment_id: '' while it is not attached
    :param other_addresses: its private IPv4 addresses but the first
    :param checks: whether EC2 drops what is not from or to its addresses
        (source/destination check)
    """

    interface_id: str
    status: str
    mac_address: str
    private_address: str
    subnet_id: str
    instance_id: str = ''
    attachment_id: str = ''
    attachment_status: str = ''
    device_index: int = 0
    vpc_id: str = ''
    other_addresses: tuple[str, ...] = ()
    ipv6_addresses: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    checks: bool = True
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
