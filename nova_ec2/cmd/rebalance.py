# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 rebalance``: servers on EC2 that could come home."""

import argparse
from collections.abc import Iterable
from typing import Any

from cliff import lister

from nova_ec2.cmd import homecoming, openstack
from nova_ec2.models import hypervisor
from nova_ec2.policy import private_cloud, rebalance
from nova_ec2.policy.private_cloud import PrivateCloud, Provider
from nova_ec2.policy.rebalance import Candidate, Host

COLUMNS = ('Server', 'Name', 'Project', 'vCPUs', 'Memory MiB', 'Disk GB',
           'To', 'What')
_WOULD = 'would be built anew at home'


class Rebalance(lister.Lister):
    """List servers on EC2 that private hosts have room for again.

    Cheapest moves first: the least data to carry, and the stopped before the
    running. Nothing is changed without --apply. That does what Nova can do:
    a server with the metadata ec2_rebalance=replace is built anew at home
    from its image, without what is on its disks, and then deleted on EC2. Of
    the others it is told why they stay.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options and what to do."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--until', type=_percent, default=70, metavar='PERCENT',
            help='Utilisation of the private hosts that is not exceeded '
                 '(70). Leave a distance to the threshold of your policy.')
        parser.add_argument(
            '--project', metavar='ID', help='Only servers of this project.')
        parser.add_argument(
            '--apply', action='store_true',
            help='Bring home what can be brought home, one after the other.')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        cloud = openstack.connect()
        ec2_hosts = hosts_on_ec2(cloud)
        servers = {
            server.id: server for server in cloud.compute.servers(
                all_projects=True)
            if server.compute_host in ec2_hosts
            and parsed_args.project in (None, server.project_id)}
        found = [homecoming.candidate(cloud, server)
                 for server in servers.values()]
        # What stays in any case shall take no room from what can come.
        wanted = [one for one in found
                  if not (parsed_args.apply and one.obstacle)]
        moves = rebalance.plan(wanted, private_hosts(cloud),
                               parsed_args.until)
        rows = []
        for move in moves:
            what = move.server.obstacle or _WOULD
            if parsed_args.apply:
                what = homecoming.bring(cloud, servers[move.server.server_id],
                                        ec2_hosts)
            rows.append(_row(move.server, move.host, what))
        return COLUMNS, rows + _staying(found, (
            move.server for move in moves))


def hosts_on_ec2(cloud: Any) -> set[str]:
    """Names of the nova-computes for EC2."""
    answer = cloud.compute.get('/os-hypervisors/detail')
    answer.raise_for_status()
    return {one['service']['host'] for one in answer.json()['hypervisors']
            if one['hypervisor_type'] == hypervisor.HYPERVISOR_TYPE}


def private_hosts(cloud: Any) -> list[Host]:
    """The private hosts, with what is free on each."""
    def get(path: str) -> Any:
        answer = cloud.placement.get(path,
                                     microversion=private_cloud.VERSION)
        answer.raise_for_status()
        return answer.json()
    return [_host(one) for one in PrivateCloud(get).providers()
            if one.room.vcpus]


def _host(provider: Provider) -> Host:
    total = provider.inventory.get('DISK_GB')
    free = None if total is None else total - provider.usages.get(
        'DISK_GB', 0)
    return Host(provider.name, provider.room, free)


def _staying(found: Iterable[Candidate], moved: Iterable[Candidate]
             ) -> list[tuple[Any, ...]]:
    """Rows of those that are not in the plan."""
    planned = {one.server_id for one in moved}
    return [_row(one, '', one.obstacle or 'no room at home')
            for one in found if one.server_id not in planned]


def _row(server: Candidate, host: str, what: str) -> tuple[Any, ...]:
    return (server.server_id, server.name, server.project_id, server.vcpus,
            server.memory_mb, server.disk_gb, host, what)


def _percent(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f'{text} is not 0 to 100')
    return value
