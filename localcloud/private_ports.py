# SPDX-License-Identifier: Apache-2.0
"""ML2 mechanism driver for the local cloud's private host."""

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api

from localcloud.names import PRIVATE_HOST


class PrivateMechanismDriver(api.MechanismDriver):
    """Binds the ports of the private host; no agent has to agree."""

    def initialize(self):
        """There is nothing to prepare."""

    def bind_port(self, context):
        """Bind to the first segment, if it is the private host's port."""
        if context.host == PRIVATE_HOST:
            context.set_binding(
                context.segments_to_bind[0][api.ID],
                portbindings.VIF_TYPE_OTHER, {},
                status=constants.PORT_STATUS_ACTIVE)
