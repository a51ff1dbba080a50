# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with a local cloud; shown to the user as one message."""


class CloudError(Exception):
    """Something the user should read, without a traceback."""


class ServiceDiedError(CloudError):
    """A service ended while it should run; the message has its last lines."""


class StartTimeoutError(CloudError):
    """A service did not become ready in time."""


class PortTakenError(CloudError):
    """Somebody else listens on a port that a service needs."""
