# SPDX-License-Identifier: Apache-2.0
"""The root volume of a server by that of another AMI: two ways.

EC2's own task does it while the server runs, so that it cannot lose its place
in EC2. Where that does not apply or fails the server is stopped and its root
swapped by hand.
"""

import dataclasses
import hashlib
import uuid

from oslo_log import log as logging
from oslo_utils import excutils

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.waits import Reader
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.root_task import RootTask
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site, living
from nova_ec2.ops.spawn import Build
from nova_ec2.ops.swaps import Swap, Swaps

LOG = logging.getLogger(__name__)

# With these EC2 says that a task is not for this server, or not now.
_INAPPLICABLE = (exc.InvalidRequest, exc.IncorrectState, exc.TokenSpent)


@dataclasses.dataclass(frozen=True)
class RootReplacement:
    """Replaces root volumes of one host's servers.

    :param tasks: reads EC2's tasks
    """

    site: Site
    tasks: Reader[RootTask]

    def by_task(self, build: Build, server: Server, image: Image,
                wanted: LaunchRequest) -> bool:
        """Have EC2 replace the root of a running server.

        :returns: whether it did; otherwise the server must be stopped
        :raises WaitTimedOut: the task did not end in time
        """
        owner = tag_keys.of_owner(self.site.owner(build.instance))
        root = self._replaceable(server, image, wanted)
        if root is None:
            return False
        # Where the task fails it may lie beside the server.
        self.site.ec2.tags.put(root.volume_id, {
            tag_keys.SERVER: build.instance.uuid,
            tag_keys.ROLE: tag_keys.ROLE_ROOT})
        try:
            self._finish_others(server)
            task = self.site.ec2.tasks.replace_root(
                server.instance_id, image.image_id, _token(build), owner)
        except _INAPPLICABLE as error:
            LOG.info('EC2 does not replace the root volume while the server '
                     'runs: %s', error, instance=build.instance)
            return False
        state = self._end(task.task_id)
        if state != 'succeeded':
            LOG.warning('EC2 could not replace the root volume while the '
                        'server runs: %s is %s', task.task_id, state,
                        instance=build.instance)
            return False
        seen = self.site.fleet.reader.fresh(server.instance_id)
        new = living(seen, build.instance).root
        if new is not None:
            self.site.ec2.tags.put(new.volume_id, owner)
        return True

    def by_hand(self, build: Build, server: Server, image: Image,
                wanted: LaunchRequest) -> None:
        """Swap the root of a stopped server; the old one is deleted."""
        swaps = Swaps(self.site)
        begun = swaps.begun(build.instance)
        if begun is not None:
            server = swaps.finish(begun, server, build.instance)
        old = self._old(server, build)
        new = swaps.disk.make(
            build.instance, image, tag_keys.ROLE_ROOT,
            build.context.request_id or '', disk=wanted.disks[0],
            replaces=old)
        swap = Swap(new, old)
        try:
            swaps.put_instead(server, swap)
        except exc.NovaEC2Error:
            with excutils.save_and_reraise_exception():
                self._undo(server, swap)

    def _undo(self, server: Server, swap: Swap) -> None:
        try:
            Swaps(self.site).put_back(server, swap)
        except exc.NovaEC2Error as error:
            LOG.error('The old root volume of %s could not be put back; a '
                      'hard reboot ends the swap: %s', server.instance_id,
                      error)

    def _replaceable(self, server: Server, image: Image,
                     wanted: LaunchRequest) -> Volume | None:
        """The root, where a task would make the one that is wanted."""
        if server.root is None:
            return None
        root = self.site.volumes.fresh(server.root.volume_id)
        size = wanted.disks[0].size_gib or image.root_gib
        if root is None or root.size_gib < size or (
                wanted.disks[0].encrypted and not root.encrypted):
            return None
        return root

    def _finish_others(self, server: Server) -> None:
        """A task of a service that died may still be under way."""
        for task in self.site.ec2.tasks.of_instance(server.instance_id):
            if not task.is_over:
                self._end(task.task_id)

    def _end(self, task_id: str) -> str:
        task = self.tasks.wait(task_id,
                               lambda seen: seen is not None and seen.is_over,
                               self.site.timeouts.volume)
        assert task is not None
        return task.state

    def _old(self, server: Server, build: Build) -> str:
        """The volume to replace, which a failed task may have detached."""
        if server.root is not None:
            return server.root.volume_id
        for volume in self.site.ec2.volumes.find({
                tag_keys.CLOUD: self.site.cloud_id,
                tag_keys.SERVER: build.instance.uuid,
                tag_keys.ROLE: tag_keys.ROLE_ROOT}):
            return volume.volume_id
        raise exc.IncorrectState(
            f'instance {server.instance_id} has no root volume')


def _token(build: Build) -> str:
    """The task's ClientToken: 63 ASCII characters, EC2 allows 64."""
    digest = hashlib.blake2s((build.context.request_id or '').encode(),
                             digest_size=15).hexdigest()
    return f'{uuid.UUID(build.instance.uuid).hex}-{digest}'
