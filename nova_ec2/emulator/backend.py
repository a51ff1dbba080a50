# SPDX-License-Identifier: Apache-2.0
"""One account's EC2 in one region: moto's backend with our parts in it."""

from typing import Any

from moto.ec2 import urls
from moto.ec2.models import EC2Backend

from nova_ec2.emulator import disks
from nova_ec2.emulator import images
from nova_ec2.emulator import interfaces
from nova_ec2.emulator import registry
from nova_ec2.emulator import tagging
from nova_ec2.emulator import transitions
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.world import World


class StrictBackend(
        transitions.Transitions, registry.Registry, interfaces.Interfaces,
        tagging.Tagging, disks.Disks, images.Images, EC2Backend):
    """moto's EC2, strict.

    :param world: the emulator that it is part of
    """

    def __init__(self, region_name: str, account_id: str,
                 world: World) -> None:
        self.world = world
        self.instances: dict[str, StrictInstance] = {}
        super().__init__(region_name, account_id)

    @property
    def _url_module(self) -> Any:
        return urls

    def reset(self) -> None:
        """Nothing: a reset makes new backends (install.py)."""

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """What moto's fleets and templates call; they are not strict."""
        raise Refusal('UnsupportedOperation',
                      'This emulator launches by RunInstances only.')
