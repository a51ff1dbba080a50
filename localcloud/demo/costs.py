# SPDX-License-Identifier: Apache-2.0
"""The day's costs, as nova-ec2 reports them and as the emulator bills them."""

import json
from collections.abc import Iterator
from decimal import Decimal

from localcloud import command, progress
from localcloud.cloud import ROOT, Cloud, script
from localcloud.config import nova_ec2
from nova_ec2.emulator.client import Control

CENT = Decimal('0.01')
PICTURE = ROOT / 'build' / 'demo' / 'costs.png'
_TAG = 'nova-ec2:server'


class Costs:
    """The cost report of the demonstration."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._truth = Control(cloud.url('emulator'))

    def show(self) -> None:
        """Print the report by project and by stack, and draw a picture."""
        for what in ('project', 'stack'):
            progress.say(f'$ nova-ec2 cost report --by {what}')
            print(self._report(what))
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        self._report('server', '--plot', str(PICTURE))
        progress.say(f'picture: {PICTURE}')

    def differences(self) -> Iterator[str]:
        """Where the ledger and the emulator's own bill disagree."""
        ledger = {row['Server']: Decimal(row['Instances USD'])
                  for row in json.loads(self._report('server', '-f', 'json'))
                  if Decimal(row['Instances USD'])}
        bill = self._bill()
        progress.say(f'the ledger has {len(ledger)} servers for '
                     f'{sum(ledger.values()):.4f} USD, the bill of EC2 '
                     f'{len(bill)} for {sum(bill.values()):.4f} USD')
        for server in sorted(ledger.keys() ^ bill.keys()):
            where = 'the bill' if server in bill else 'the ledger'
            yield f'server {server} is in {where} alone'
        for server in sorted(ledger.keys() & bill.keys()):
            if abs(ledger[server] - bill[server]) >= CENT:
                yield (f'server {server} costs {ledger[server]} USD by the '
                       f'ledger, {bill[server]} by the bill')

    def _bill(self) -> dict[str, Decimal]:
        owners = {one['instance_id']: one['tags'].get(_TAG, '')
                  for one in self._truth.instances()}
        bill: dict[str, Decimal] = {}
        for line in self._truth.bill():
            server = owners[line['instance_id']]
            bill[server] = bill.get(server, Decimal(0)) + Decimal(
                line['usd'])
        return bill

    def _report(self, what: str, *more: str) -> str:
        return command.output(self._cloud, 'nova-ec2', [
            script('nova-ec2'), '--config-file',
            str(self._cloud.etc / nova_ec2.NAME), 'cost', 'report',
            '--by', what, *more])
