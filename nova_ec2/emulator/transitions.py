# SPDX-License-Identifier: Apache-2.0
"""Instance states: who may go where, and how long it takes.

"Amazon EC2 instance state changes", Amazon EC2 User Guide.
"""

import datetime
from collections.abc import Callable
from typing import Any

from moto.ec2.models.instances import InstanceState

from nova_ec2.emulator import hibernation
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance


class Transitions:
    """The part of the backend that moves instances between states."""

    world: Any
    release_interfaces: Callable[[StrictInstance], None]
    check_spread: Callable[..., int]
    release_volumes: Callable[[StrictInstance], None]
    forget_instance: Callable[[StrictInstance], None]

    def begin_life(self, instance: StrictInstance) -> None:
        """pending, then running (or what a fault has in store)."""
        settings = self.world.settings
        self._boot(instance, settings.pending_seconds, 'terminated')

    def check_may_start(self, instance: StrictInstance) -> None:
        """Refuse with IncorrectInstanceState."""
        _require(instance, ('pending', 'running', 'stopped'), 'started')
        if instance.state == 'stopped':
            self.check_spread(instance.placement_group,
                              instance.availability_zone)
        root = instance.root_device_name
        if (instance.state == 'stopped'
                and root not in instance.block_device_mapping):
            raise Refusal('IncorrectInstanceState',
                          f"Instance '{instance.id}' does not have a volume "
                          f'attached at root ({root})')

    def check_may_stop(self, instance: StrictInstance) -> None:
        """Refuse with IncorrectInstanceState."""
        _require(instance, ('running', 'stopping', 'stopped'), 'stopped')

    def check_may_reboot(self, instance: StrictInstance) -> None:
        """Refuse with IncorrectInstanceState."""
        _require(instance, ('running',), 'rebooted')

    def start(self, instance: StrictInstance) -> InstanceState:
        """StartInstances for one; pending and running stay as they are."""
        self.check_may_start(instance)
        if instance.state in ('pending', 'running'):
            return instance.instance_state
        before = instance.enter('pending')
        # In whole seconds, and EC2 never has two starts within one.
        instance.launch_time = max(
            self.world.clock.utc(),
            instance.launch_time + datetime.timedelta(seconds=1))
        # From hibernation the guest goes on where it was.
        instance.boots += not instance.hibernated
        instance.hibernated = False
        instance.explain('pending', 'pending', '')
        for nic in instance.nics.values():
            nic.start()
        self._boot(instance, self.world.settings.starting_seconds, 'stopped')
        return before

    def stop(self, instance: StrictInstance) -> InstanceState:
        """StopInstances for one; stopping and stopped stay as they are."""
        self.check_may_stop(instance)
        if instance.state in ('stopping', 'stopped'):
            return instance.instance_state
        before = instance.enter('stopping')
        self._user_initiated(instance)
        self._then(instance, self.world.settings.stopping_seconds,
                   lambda: self._stopped(instance))
        return before

    def hibernate(self, instance: StrictInstance) -> InstanceState:
        """StopInstances with Hibernate for one; a doomed one just stops."""
        self.check_may_stop(instance)
        if instance.state in ('stopping', 'stopped'):
            return instance.instance_state
        before = instance.enter('stopping', billed=True)
        call = self.world.call
        code, message = (call.doom if call is not None and call.doom
                         else (hibernation.REASON, 'User initiated hibernate'))
        instance.explain(code, f'{code}: {message}', message)

        def asleep() -> None:
            instance.hibernated = code == hibernation.REASON
            self._stopped(instance)
        self._then(instance, self.world.settings.stopping_seconds, asleep)
        return before

    def terminate(self, instance: StrictInstance) -> InstanceState:
        """TerminateInstances for one; allowed in every state."""
        if instance.is_over:
            return instance.instance_state
        before = instance.enter('shutting-down')
        self._user_initiated(instance)
        self._then(instance, self.world.settings.shutting_down_seconds,
                   lambda: self._terminated(instance))
        return before

    def reboot(self, instance: StrictInstance) -> None:
        """RebootInstances for one; the state is running throughout."""
        self.check_may_reboot(instance)
        instance.boots += 1
        instance.console_at = self.world.timeline.now()

    def _boot(self, instance: StrictInstance, seconds: float,
              fallback: str) -> None:
        call = self.world.call
        if call is not None and call.doom:
            code, message = call.doom
            self._then(instance, seconds, lambda: self._failed(
                instance, code, message, fallback))
            return
        self._then(instance, seconds, lambda: self._running(instance))

    def _then(self, instance: StrictInstance, seconds: float,
              change: Any) -> None:
        """Make ``change`` in a while unless the state changed before."""
        generation = instance.generation

        def due() -> None:
            if instance.generation == generation:
                change()
        self.world.timeline.after(seconds, due)

    def _running(self, instance: StrictInstance) -> None:
        instance.enter('running')
        instance.explain('', '', '')
        instance.console_at = (self.world.timeline.now()
                               + self.world.settings.console_seconds)

    def _stopped(self, instance: StrictInstance) -> None:
        instance.enter('stopped')
        for nic in instance.nics.values():
            nic.stop()

    def _failed(self, instance: StrictInstance, code: str, message: str,
                fallback: str) -> None:
        instance.explain(code, f'{code}: {message}', code)
        if fallback == 'stopped':
            self._stopped(instance)
        else:
            self._terminated(instance)

    def _terminated(self, instance: StrictInstance) -> None:
        instance.enter('terminated')
        self.release_interfaces(instance)
        self.release_volumes(instance)
        self.world.timeline.after(
            max(self.world.settings.terminated_visible_seconds, 1e-6),
            lambda: self.forget_instance(instance))

    def _user_initiated(self, instance: StrictInstance) -> None:
        when = self.world.clock.utc().strftime('%Y-%m-%d %H:%M:%S GMT')
        instance.explain(
            'Client.UserInitiatedShutdown',
            'Client.UserInitiatedShutdown: User initiated shutdown',
            f'User initiated ({when})')


def _require(instance: StrictInstance, states: tuple[str, ...],
             participle: str) -> None:
    if instance.state not in states:
        raise Refusal(
            'IncorrectInstanceState',
            f"The instance '{instance.id}' is not in a state from which it "
            f'can be {participle}.')
