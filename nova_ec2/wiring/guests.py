# SPDX-License-Identifier: Apache-2.0
"""Builds the verbs that reach into guests."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.cloudwatch import Metrics
from nova_ec2.aws.api.serial import SerialKeys
from nova_ec2.aws.api.ssm import Systems
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.fleet.waits import Reader
from nova_ec2.ops.admin_password import AdminPassword
from nova_ec2.ops.context import Site
from nova_ec2.ops.crash_dump import CrashDump
from nova_ec2.ops.diagnostics import Diagnostics
from nova_ec2.ops.guest_agent import GuestAgent
from nova_ec2.ops.quiesce import Quiesce
from nova_ec2.ops.serial_bridge import Endpoint
from nova_ec2.ops.serial_console import SerialConsole, SerialSettings
from nova_ec2.ops.volume_usage import VolumeUsage
from nova_ec2.ops.windows_passwords import WindowsPasswords

_SSH = 22


@dataclasses.dataclass(frozen=True)
class Guests:
    """The verbs that reach into guests."""

    crash_dump: CrashDump
    diagnostics: Diagnostics
    volume_usage: VolumeUsage
    admin_password: AdminPassword
    windows_passwords: WindowsPasswords
    quiesce: Quiesce
    serial_console: SerialConsole

    def at_start(self, instances: Iterable[Any]) -> None:
        """Settle what the last run of this service left half done."""
        servers = list(instances)
        self.admin_password.at_start(servers)
        self.windows_passwords.at_start(servers)

    def stop(self) -> None:
        """End what runs beside the verbs."""
        self.windows_passwords.stop()
        self.serial_console.stop()


def build(conf: Any, session: Session, site: Site) -> Guests:
    """Build them over the services beside EC2.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    """
    options = conf.ec2

    def caller(service: str) -> Caller:
        # Each service counts for itself.
        return Caller(session, service, pacer=Pacer(
            share=options.api_share, timeout=options.pacing_timeout))

    systems = Systems(caller('ssm'))
    agent = GuestAgent(
        site, systems, Reader('command', systems.outcomes,
                              options.transition_interval),
        options.command_timeout)
    metrics = Metrics(caller('cloudwatch'))
    return Guests(
        crash_dump=CrashDump(site),
        diagnostics=Diagnostics(site, metrics),
        volume_usage=VolumeUsage(site, metrics),
        admin_password=AdminPassword(agent),
        windows_passwords=WindowsPasswords(site), quiesce=Quiesce(agent),
        serial_console=SerialConsole(
            site, SerialKeys(caller('ec2-instance-connect')),
            _serial_settings(conf, session.region)))


def _serial_settings(conf: Any, region: str) -> SerialSettings:
    options = conf.ec2
    host, _, port = (
        options.serial_console_endpoint
        or f'serial-console.ec2-instance-connect.{region}.aws'
    ).partition(':')
    if port and not port.isdecimal():
        raise exc.ConfigurationError(
            f'{port!r} is no port', option='[ec2] serial_console_endpoint')
    return SerialSettings(
        endpoint=Endpoint(host, int(port or _SSH),
                          frozenset(options.serial_console_fingerprints)),
        address=conf.serial_console.proxyclient_address,
        patience=conf.consoleauth.token_ttl)
