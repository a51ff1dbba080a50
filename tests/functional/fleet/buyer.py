# SPDX-License-Identifier: Apache-2.0
"""One of several processes that launch servers and share a budget.

Run by test_budget_race; its order comes as JSON on standard input, what it
launched and what was refused goes to standard output.
"""

import json
import sys
import threading
import types
import uuid

from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.costs import ledger, prices
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.fleet.spending import Spending
from nova_ec2.fleet.view import Fleet, FleetSettings
from nova_ec2.models import tags
from nova_ec2.models.launch import Candidate, InterfaceRequest, LaunchRequest
from nova_ec2.models.server import Ownership
from tests.functional.fleet.base import Crowded


class Buyer:
    """A nova-compute's lower half, with a ledger."""

    def __init__(self, order):
        self.order = order
        ec2 = EC2.over(Caller(Session(AwsSettings(**order['aws']))))
        fleet = Fleet(ec2.instances, FleetSettings(
            'cloud-1', order['host'], transition_interval=0.5))
        table = prices.load()
        self.launcher = Launcher(
            Crowded(ec2.instances), fleet, Offerings(), timeout=300,
            spending=Spending(
                ledger.build(types.SimpleNamespace(
                    ec2_costs=types.SimpleNamespace(**order['costs']))),
                'default', 'us-east-1', lambda: table))
        self.told = []

    def buy(self):
        """One server, or the reason why not."""
        try:
            self.launcher.launch(self.request())
            self.told.append('')
        except Exception as error:
            self.told.append(f'{type(error).__name__}: {error}')

    def request(self):
        owner = Ownership('cloud-1', self.order['host'], str(uuid.uuid4()),
                          'project-1')
        return LaunchRequest(
            owner=owner, token_seed='seed', image_id=self.order['ami'],
            candidates=(Candidate('t3.micro', 'us-east-1a'),),
            tags=tuple(tags.of_owner(owner).items()), in_company=True,
            interfaces=(InterfaceRequest(self.order['subnet']),))

    def run(self):
        threads = [threading.Thread(target=self.buy)
                   for _ in range(self.order['servers'])]
        # Both processes are there before one begins.
        print('ready', flush=True)
        sys.stdin.readline()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.told


if __name__ == '__main__':
    print(json.dumps(Buyer(json.loads(sys.stdin.readline())).run()))
