# SPDX-License-Identifier: Apache-2.0
"""Asking Glance as the service and not as a user.

Nova asks Glance with the user's token, and where there is no user nova has
nobody to ask as. The service user of ``[neutron]`` is the one that every
nova-compute has; where it has the role admin, as in most clouds, Glance
shows it every image and lets it set protected properties.
"""

from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import service_auth

REFUSED = (nova_exc.ImageNotFound, nova_exc.ImageNotAuthorized,
           nova_exc.Forbidden, nova_exc.Unauthorized)
"""What Nova's image API raises where Glance lets somebody not do a thing."""


def context() -> Any | None:
    """A request context with the service's own credentials.

    :returns: None where ``[neutron]`` has no credentials
    """
    plugin = _plugin()
    if plugin is None:
        return None
    made = nova_context.get_admin_context()
    made.user_auth_plugin = plugin
    return made


def plugin() -> Any:
    """The service's credentials, None where ``[neutron]`` has none."""
    return _plugin()


def _plugin() -> Any:
    return service_auth.get_service_auth_plugin('neutron')
