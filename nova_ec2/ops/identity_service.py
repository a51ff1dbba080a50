# SPDX-License-Identifier: Apache-2.0
"""Keystone, asked as the service and not as a user."""

from typing import Any

from nova import utils

from nova_ec2 import exceptions as exc
from nova_ec2.ops import service_user


def adapter() -> Any:
    """A keystoneauth adapter of Keystone's API of version 3.

    With the credentials of ``[neutron]``, which every nova-compute has, and
    the endpoint that ``[keystone]`` names.

    :raises ConfigurationError: ``[neutron]`` has no credentials
    """
    plugin = service_user.plugin()
    if plugin is None:
        raise exc.ConfigurationError(
            'has no credentials to ask Keystone with', option='[neutron]')
    return utils.get_ksa_adapter('identity', ksa_auth=plugin,
                                 min_version=(3, 0),
                                 max_version=(3, 'latest'))
