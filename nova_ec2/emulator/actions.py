# SPDX-License-Identifier: Apache-2.0
"""What every part of the table of actions knows."""

from moto.ec2.responses import EC2Response

from nova_ec2.emulator.request import Call
from nova_ec2.emulator.world import World


class Actions(EC2Response):
    """moto's table of EC2 actions, as a part of an emulator."""

    @property
    def world(self) -> World:
        """The emulator."""
        found: World = self.ec2_backend.world
        return found

    @property
    def call(self) -> Call:
        """The call that is being answered."""
        call = self.world.call
        assert call is not None
        return call
