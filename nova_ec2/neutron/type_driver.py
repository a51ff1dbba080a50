# SPDX-License-Identifier: Apache-2.0
"""ML2 type driver ``ec2``: networks that lie on EC2 and nowhere else.

An internal one lies in a VPC (:mod:`nova_ec2.neutron.networks`); the addresses
of an external one are Elastic IP addresses.
"""

from typing import Any

from neutron_lib import exceptions as neutron_exc
from neutron_lib.plugins.ml2 import api

from nova_ec2.neutron import kinds

MTU = 9001
"""What EC2 carries within a VPC, in bytes."""


class EC2TypeDriver(api.ML2TypeDriver):
    """Nothing is to be reserved: EC2 knows no segments."""

    def get_type(self) -> str:
        """``provider:network_type``."""
        return kinds.TYPE

    def initialize(self) -> None:
        """There is nothing to prepare."""

    def is_partial_segment(self, segment: Any) -> bool:
        """The type says all."""
        return False

    def validate_provider_segment(self, segment: Any) -> None:
        """Refuse what a network of EC2's has not.

        :raises InvalidInput: a physical network, or a segmentation id
        """
        for key in (api.PHYSICAL_NETWORK, api.SEGMENTATION_ID):
            if segment.get(key):
                raise neutron_exc.InvalidInput(
                    error_message=f'a network of the type {kinds.TYPE} has '
                    f'no {key}')

    def reserve_provider_segment(self, context: Any, segment: Any,
                                 filters: Any = None) -> Any:
        """An administrator asks for the type."""
        return segment

    def allocate_tenant_segment(self, context: Any,
                                filters: Any = None) -> dict[str, Any]:
        """It stands in ``[ml2] project_network_types``."""
        return {api.NETWORK_TYPE: kinds.TYPE}

    def release_segment(self, context: Any, segment: Any) -> None:
        """There is nothing to free."""

    def initialize_network_segment_range_support(self) -> None:
        """There are no ranges."""

    def update_network_segment_range_allocations(self) -> None:
        """There are no ranges."""

    def get_mtu(self, physical_network: Any) -> int:
        """The largest MTU of such a network, in bytes."""
        return MTU
