# SPDX-License-Identifier: Apache-2.0
"""What the demonstration leaves behind."""

import enum


class Keep(enum.StrEnum):
    """Of ``make demo KEEP=``."""

    NOTHING = 'nothing'
    CLOUD = 'cloud'
    """The services, without the servers."""
    SERVERS = 'servers'
    """All of it, to be looked at."""
