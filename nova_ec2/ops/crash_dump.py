# SPDX-License-Identifier: Apache-2.0
"""trigger_crash_dump: a non-maskable interrupt into the guest."""

import dataclasses
from typing import Any

from nova import exception as nova_exc

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site, living


@dataclasses.dataclass(frozen=True)
class CrashDump:
    """Interrupts the guests of one host."""

    site: Site

    def __call__(self, instance: Any) -> None:
        """Nova's ``trigger_crash_dump`` (EC2: SendDiagnosticInterrupt).

        What a guest makes of it is its own matter: a dump, if it is set up
        so, or nothing.

        :raises InstanceNotRunning: it does not run on EC2
        :raises TriggerCrashDumpNotSupported: its type has no such interrupt
        """
        with errors.as_nova(instance):
            server = living(self.site.locate(instance), instance)
            if server.state is not ServerState.RUNNING:
                raise nova_exc.InstanceNotRunning(instance_id=instance.uuid)
            try:
                self.site.ec2.guests.interrupt(server.instance_id)
            except exc.IncorrectState as error:
                raise nova_exc.InstanceNotRunning(
                    f'Instance {instance.uuid} is not running: {error}'
                ) from error
            except exc.InvalidRequest as error:
                if error.code != 'UnsupportedOperation':
                    raise
                raise nova_exc.TriggerCrashDumpNotSupported(
                    f'Instance type {server.instance_type} has no '
                    f'diagnostic interrupt; types built on Nitro that are '
                    f'not bare metal have one') from error
