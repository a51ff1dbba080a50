# SPDX-License-Identifier: Apache-2.0
"""The demonstration's chapters."""

import contextlib
from typing import Any

from localcloud import clients, ec2, errors, progress, waiting
from localcloud.cloud import Cloud
from localcloud.demo import check, rows, screenshot
from localcloud.demo.application import Application
from localcloud.demo.burst import Burst
from localcloud.demo.costs import Costs
from localcloud.demo.servers import Servers
from localcloud.demo.stack import Stack
from localcloud.names import PRIVATE_HOST
from localcloud.steps import network
from nova_ec2.emulator.client import Control

SNAPSHOT = 'golden'
AMI = 'ec2_ami_id'


class Story:
    """What happens, in order; ``differences`` collects what is wrong."""

    def __init__(self, cloud: Cloud) -> None:
        self.differences: list[str] = []
        self._cloud = cloud
        self._servers = Servers(cloud)
        self._stack = Stack(cloud, 'autoscaling', network=network.NAME)
        self._application = Application(cloud)
        self._burst = Burst(cloud)
        self._costs = Costs(cloud)
        self._truth = Control(cloud.url('emulator'))
        self._image: Any = None
        self._copy: Any = None

    def burst_by_policy(self) -> None:
        """The project research: its threshold, its account, its budget."""
        self.differences += self._burst.cross_the_threshold()
        self.compare('research has passed its threshold')
        self.differences += self._burst.be_refused_by_budget()
        self._burst.delete()

    def report_the_costs(self) -> None:
        """What the day has cost so far, held against EC2's own bill."""
        self._costs.show()
        self.differences += self._costs.differences()

    def fill_the_private_host(self) -> None:
        """Boot servers until Placement has no room for another."""
        number = 0
        while self._servers.private_room():
            number += 1
            with progress.step(f'booting private-{number}'):
                server = self._servers.boot(f'private-{number}')
            self._expect_host(server, PRIVATE_HOST)

    def burst_with_a_stack(self) -> None:
        """Create a Heat stack: its members find no room but on EC2."""
        with progress.step('creating a Heat stack with an AutoScalingGroup'):
            self._stack.create()
        self._expect_members(2)

    def grow(self) -> None:
        """Signal the group's policy."""
        with progress.step('scaling the group up'):
            self._stack.signal('grow', members=3)
        self._expect_members(3)

    def snapshot_and_boot_from_it(self) -> None:
        """An EC2 server becomes an image, and the image a server."""
        source = self._members()[0]
        with progress.step(f'making a snapshot of {source.name}'):
            self._image = self._servers.snapshot(source, SNAPSHOT)
        with progress.step('booting a server from the snapshot'):
            self._copy = self._servers.boot('from-snapshot', SNAPSHOT)
        self._expect_host(self._copy, ec2.HOST)
        (instance,) = [one for one in self._truth.instances()
                       if one['tags'].get(check.TAG) == self._copy.id]
        if instance['image_id'] != self._image.properties.get(AMI):
            self.differences.append(
                f'from-snapshot runs {instance["image_id"]}, not the '
                "snapshot's AMI")

    def deploy_an_application(self) -> None:
        """A stack with network, groups, floating IP and volume; and gone."""
        with progress.step('creating a Heat stack with a network, security '
                           'groups, a floating IP and a volume'):
            self._application.create()
        found = self._application.differences()
        progress.say(f'compared the stack with the emulator: {len(found)} '
                     f'differences')
        with progress.step('deleting that stack'):
            self._application.delete()
        left = self._application.left()
        progress.say(f'{len(left)} things of it are left on EC2')
        self.differences += [*found, *left]

    def shrink_and_delete_some(self) -> None:
        """One member, one private server and the copy go."""
        with progress.step('scaling the group down'):
            self._stack.signal('shrink', members=2)
        private = [server for server in self._servers.all()
                   if server.compute_host == PRIVATE_HOST]
        with progress.step('deleting a private and an EC2 server'):
            self._servers.delete([private[0], self._copy])

    def delete_the_rest(self) -> None:
        """Leave nothing behind but the snapshot."""
        with progress.step('deleting the stack and the servers'):
            self._stack.delete()
            self._servers.delete(self._servers.all())

    def take_a_screenshot(self) -> None:
        """Horizon's Instances page, with every server on it."""
        names = [server.name for server in self._servers.all()]
        with progress.step("taking a picture of Horizon's Instances page"):
            file = screenshot.take(self._cloud, names)
        if file:
            progress.say(f'picture: {file}')

    def compare(self, title: str) -> None:
        """Print the table and note every difference to the emulator."""
        shown = rows.collect(self._cloud, self._servers.all())
        rows.show(shown, title)
        found = self._settled(shown)
        self.differences += [f'{title}: {one}' for one in found]
        progress.say(f'compared {len(shown)} rows with the emulator: '
                     f'{len(found)} differences')

    def _settled(self, shown: list[rows.Row]) -> list[str]:
        """Differences that stay; a termination takes a moment on EC2."""
        found: list[str] = []

        def agreed() -> bool:
            nonlocal found
            found = check.differences(
                shown, self._truth.instances(), self._truth.resources(),
                self._amis())
            return not found
        with contextlib.suppress(errors.CloudError):
            waiting.until('agreement', agreed, seconds=20)
        return found

    def _amis(self) -> set[str]:
        images = clients.connection(self._cloud).image.images()
        return {image.properties[AMI] for image in images
                if image.properties.get(AMI)}

    def _members(self) -> list[Any]:
        members = self._stack.members()
        return [server for server in self._servers.all()
                if server.id in members]

    def _expect_members(self, number: int) -> None:
        members = self._members()
        if len(members) != number:
            self.differences.append(
                f'the group has {len(members)} members, not {number}')
        for server in members:
            self._expect_host(server, ec2.HOST)

    def _expect_host(self, server: Any, host: str) -> None:
        progress.say(f'{server.name} is {server.status} on '
                     f'{server.compute_host}')
        if server.compute_host != host:
            self.differences.append(
                f'{server.name} is on {server.compute_host}, not on {host}')
