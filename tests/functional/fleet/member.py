# SPDX-License-Identifier: Apache-2.0
"""One of several processes that share an account: launches, stops, ends.

Run by test_shared_account; its order comes as JSON on standard input, what
failed and how often EC2 throttled it goes to standard output.
"""

import json
import sys
import threading
import uuid

from nova_ec2.aws import pacing
from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.fleet.bulk import Bulk
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.fleet.view import Fleet, FleetSettings
from nova_ec2.models import tags
from nova_ec2.models.launch import Candidate, InterfaceRequest, LaunchRequest
from nova_ec2.models.server import Ownership, ServerState


class Member:
    """A nova-compute's lower half."""

    def __init__(self, order):
        self.order = order
        self.pacer = pacing.Pacer(share=order['share'], timeout=300)
        self.ec2 = EC2.over(Caller(
            Session(AwsSettings(**order['aws'], attempts=8)),
            pacer=self.pacer))
        self.fleet = Fleet(self.ec2.instances, FleetSettings(
            'cloud-1', order['host'], transition_interval=0.5))
        self.launcher = Launcher(self.ec2.instances, self.fleet, Offerings(),
                                 timeout=300)
        self.bulk = Bulk(self.ec2.instances)
        self.failed = []

    def live(self, number):
        """A server's life: launched, stopped, terminated."""
        try:
            server = self.launcher.launch(self.request(number))
            self.bulk.stop(server.instance_id)
            self.fleet.reader.wait(
                server.instance_id,
                lambda seen: seen.state is ServerState.STOPPED, 300)
            self.bulk.terminate(server.instance_id)
            self.fleet.sweep()
        except Exception as error:
            self.failed.append(repr(error))

    def request(self, number):
        owner = Ownership('cloud-1', self.order['host'], str(uuid.uuid4()))
        return LaunchRequest(
            owner=owner, token_seed='seed', image_id=self.order['ami'],
            candidates=(Candidate('t3.micro', 'us-east-1a'),),
            tags=tuple(tags.of_owner(owner).items()),
            interfaces=(InterfaceRequest(self.order['subnet']),),
            # Each differs from all others, so none shares its call.
            user_data=f'# {self.order["host"]} {number}\n'.encode())

    def run(self):
        threads = [threading.Thread(target=self.live, args=(number,))
                   for number in range(self.order['servers'])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        usage = self.pacer.snapshot()
        return {'failed': self.failed,
                'throttles': sum(one.throttles for one in usage.values())}


if __name__ == '__main__':
    print(json.dumps(Member(json.load(sys.stdin)).run()))
