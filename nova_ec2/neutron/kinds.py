# SPDX-License-Identifier: Apache-2.0
"""Which of Neutron's networks are EC2's."""

from collections.abc import Mapping
from typing import Any

from neutron_lib.api.definitions import external_net, provider_net

TYPE = 'ec2'
"""The network type: ``provider:network_type``."""


def is_ours(network: Mapping[str, Any]) -> bool:
    """Whether a network is EC2's at all.

    :param network: as the API shows it to an administrator
    """
    return network.get(provider_net.NETWORK_TYPE) == TYPE


def is_elastic(network: Mapping[str, Any]) -> bool:
    """Whether its addresses are Elastic IP addresses."""
    return is_ours(network) and bool(network.get(external_net.EXTERNAL))


def is_managed(network: Mapping[str, Any]) -> bool:
    """Whether it lies in a VPC that follows it."""
    return is_ours(network) and not is_elastic(network)
