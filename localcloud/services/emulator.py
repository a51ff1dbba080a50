# SPDX-License-Identifier: Apache-2.0
"""The emulated EC2."""

import sys
from collections.abc import Sequence

from localcloud.service import Service


class Emulator(Service):
    """moto made strict, see nova_ec2/emulator."""

    name = 'emulator'
    ports = ('emulator',)

    def command(self) -> Sequence[str]:
        return [sys.executable, '-m', 'nova_ec2.emulator',
                '--port', str(self.cloud.port('emulator'))]
