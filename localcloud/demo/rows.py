# SPDX-License-Identifier: Apache-2.0
"""The table of servers, as users and operators see them."""

import dataclasses
from typing import Any

from rich import console, table

from localcloud import ec2, research
from localcloud.cloud import Cloud


@dataclasses.dataclass(frozen=True)
class Row:
    """One server.

    ``instance_id`` and ``instance_type`` are what EC2's API tells whoever
    asks for the server's tag; empty for a private server.
    """

    uuid: str
    server: str
    host: str
    instance_id: str
    instance_type: str
    addresses: tuple[str, ...]
    macs: tuple[str, ...]
    state: str


def collect(cloud: Cloud, servers: list[Any]) -> list[Row]:
    """A row for each of Nova's servers."""
    accounts = [ec2.client(cloud), research.client(cloud)]
    return [_row(server, *_on_ec2(accounts, server.id))
            for server in servers]


def show(rows: list[Row], title: str) -> None:
    """Print the rows as a table."""
    made = table.Table(title=title, title_justify='left')
    for heading in ('server', 'host', 'instance id', 'type', 'address',
                    'state'):
        made.add_column(heading, no_wrap=True)
    for row in rows:
        made.add_row(row.server, row.host, row.instance_id or '-',
                     row.instance_type or '-', ', '.join(row.addresses),
                     row.state)
    # A pipe has no width; ids must not be cut there.
    screen = console.Console()
    if not screen.is_terminal:
        screen = console.Console(width=140)
    screen.print(made)


def _row(server: Any, instance_id: str, instance_type: str) -> Row:
    ports = [port for ports in server.addresses.values() for port in ports]
    return Row(
        uuid=server.id, server=server.name, host=server.compute_host,
        instance_id=instance_id, instance_type=instance_type,
        addresses=tuple(sorted(port['addr'] for port in ports)),
        macs=tuple(sorted(port['OS-EXT-IPS-MAC:mac_addr']
                          for port in ports)),
        state=server.status)


def _on_ec2(accounts: list[Any], uuid: str) -> tuple[str, str]:
    reservations = [one for client in accounts
                    for one in client.describe_instances(Filters=[
                        {'Name': 'tag:nova-ec2:server', 'Values': [uuid]},
                        {'Name': 'instance-state-name', 'Values': [
                            'pending', 'running', 'stopping', 'stopped']},
                    ])['Reservations']]
    found = [instance for reservation in reservations
             for instance in reservation['Instances']]
    return (found[0]['InstanceId'],
            found[0]['InstanceType']) if found else ('', '')
