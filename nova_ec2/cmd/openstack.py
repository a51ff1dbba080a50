# SPDX-License-Identifier: Apache-2.0
"""The cloud's APIs, by openstacksdk."""

import os
from typing import Any

import keystoneauth1.exceptions
import openstack
import openstack.exceptions

from nova_ec2 import exceptions as exc

# Flavors have a description from 2.55 on, and their extra specs in them from
# 2.61 on.
_COMPUTE = '2.61'


def connect(**overrides: Any) -> Any:
    """Connect as ``OS_CLOUD`` or the other ``OS_*`` variables say.

    :param overrides: what openstacksdk takes instead of the environment
    :returns: an :class:`openstack.connection.Connection`
    :raises ConfigurationError: the environment names no cloud
    """
    named = os.environ.get('OS_CLOUD')
    # Said outright, for a name that clouds.yaml lacks is else passed over.
    settings = {'app_name': 'nova-ec2', **({'cloud': named} if named else {}),
                'compute_default_microversion': _COMPUTE, **overrides}
    try:
        return openstack.connect(**settings)
    except (openstack.exceptions.ConfigException,
            keystoneauth1.exceptions.MissingRequiredOptions) as error:
        raise exc.ConfigurationError(
            f'no cloud to talk to: {error}; set OS_CLOUD, or OS_AUTH_URL, '
            f'OS_USERNAME, OS_PASSWORD and what goes with them',
            option='OS_CLOUD') from error
