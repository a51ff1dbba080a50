# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with a local cloud; shown to the user as one message."""


class CloudError(Exception):
    """Something the user should read, without a traceback."""


class ServiceDied(CloudError):
    """A service ended while it should run; the message has its last lines."""


class StartTimedOut(CloudError):
    """A service did not become ready in time."""


class PortTaken(CloudError):
    """Somebody else listens on a port that a service needs."""
