# SPDX-License-Identifier: Apache-2.0
"""The control API's part about guests: agents, metrics, serial ports."""

import dataclasses
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator.world import World

Handler = Callable[[dict[str, Any]], Any]


def table(world: World) -> dict[tuple[str, str], Handler]:
    """Handlers by method and name."""
    return {
        ('POST', 'agent'): lambda args: world.agents.switch(
            str(args['instance_id']), bool(args.get('online', True))),
        ('POST', 'outcome'): lambda args: world.agents.script(**args),
        ('GET', 'commands'):
            lambda args: world.agents.history(world.clock.now()),
        ('POST', 'metric'): lambda args: world.metrics.add(
            world.clock.now(), **args),
        ('GET', 'serial'): lambda args: world.serial.address() | {
            'sessions': [
                dataclasses.asdict(one) | {
                    'typed': one.typed.decode('latin-1')}
                for one in list(world.serial.sessions)]},
    }


class GuestControl:
    """What steers guests over the control API."""

    _ask: Callable[..., Any]

    def agent(self, instance_id: str, *, online: bool = True) -> None:
        """The SSM agent of a guest registers, or is heard of no more."""
        self._ask('POST', 'agent', {'instance_id': instance_id,
                                    'online': online})

    def outcome(self, **outcome: Any) -> None:
        """How the next matching command ends (agents.Outcome)."""
        self._ask('POST', 'outcome', outcome)

    def commands(self) -> list[dict[str, Any]]:
        """Every command that an agent got (agents.Command)."""
        return list(self._ask('GET', 'commands'))

    def metric(self, namespace: str, metric: str, dimensions: dict[str, str],
               values: list[tuple[float, float]]) -> None:
        """Values of a metric, each with how many seconds ago it was."""
        self._ask('POST', 'metric', {
            'namespace': namespace, 'metric': metric,
            'dimensions': dimensions, 'values': values})

    def serial(self) -> dict[str, Any]:
        """Where the serial console's SSH server listens, its host key's
        fingerprint, and who was connected (serial_port.Session).
        """
        return dict(self._ask('GET', 'serial'))
