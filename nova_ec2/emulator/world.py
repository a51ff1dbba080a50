# SPDX-License-Identifier: Apache-2.0
"""Everything that one emulator knows, apart from what moto keeps."""

import itertools
import threading

from nova_ec2.emulator import (
    agents,
    bill,
    calls,
    clock,
    faults,
    metrics,
    request,
    roles,
    serial_port,
    throttling,
    tokens,
)
from nova_ec2.emulator import settings as knobs


class World:
    """The state of an emulator, shared by all its rooms.

    ``lock`` is held while moto's backends are read or changed, and by
    nobody who sleeps.
    """

    def __init__(self, settings: knobs.Settings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.call: request.Call | None = None
        self.serial = serial_port.SerialPorts(self)
        self.renew()

    def renew(self) -> None:
        """Forget everything but the settings."""
        self.clock = clock.Clock()
        self.timeline = clock.Timeline(self.clock)
        self.tokens = tokens.Tokens()
        self.faults = faults.Script()
        self.calls = calls.Log(self.settings.log_limit)
        self.buckets = throttling.Buckets(self.clock)
        self.agents = agents.Agents()
        self.metrics = metrics.Metrics()
        self.bill = bill.Bill()
        self.public_numbers = itertools.count()
        self.roles = roles.Roles()
        self.serial.renew()
