# SPDX-License-Identifier: Apache-2.0
"""API extension ``ec2``: where on EC2 a subnet lies.

Neutron's loader takes every file of this folder for an extension, and the
class by the file's name.
"""

from neutron_lib import constants
from neutron_lib.api import extensions

from nova_ec2.models import neutron_subnet

ALIAS = 'ec2'

_ZONE = 64

ATTRIBUTES = {
    neutron_subnet.ZONE: {
        'allow_post': True, 'allow_put': False,
        'default': constants.ATTR_NOT_SPECIFIED,
        'validate': {'type:string': _ZONE}, 'is_visible': True},
    neutron_subnet.SUBNET_ID: {
        'allow_post': False, 'allow_put': False, 'is_visible': True},
}


class Ec2(extensions.ExtensionDescriptor):
    """Two attributes of subnets."""

    @classmethod
    def get_name(cls) -> str:
        """As the API lists it."""
        return 'Amazon EC2'

    @classmethod
    def get_alias(cls) -> str:
        """As the API lists it."""
        return ALIAS

    @classmethod
    def get_description(cls) -> str:
        """As the API lists it."""
        return 'Zone and VPC subnet of subnets that lie on Amazon EC2'

    @classmethod
    def get_updated(cls) -> str:
        """When it last changed."""
        return '2026-11-21T00:00:00-00:00'

    def get_extended_resources(self, version: str) -> dict[str, object]:
        """The attributes, by the resource that gets them."""
        return {'subnets': ATTRIBUTES} if version == '2.0' else {}
