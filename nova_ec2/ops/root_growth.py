# SPDX-License-Identifier: Apache-2.0
"""A larger or faster root volume, while the server runs."""

import dataclasses

from nova_ec2 import exceptions as exc
from nova_ec2.mapping.disk_limits import Speed
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site


@dataclasses.dataclass(frozen=True, slots=True)
class Growth:
    """What becomes of a volume.

    :param size_gib: 0 keeps the size
    :param speed: None keeps it
    """

    volume: Volume
    size_gib: int
    speed: Speed | None


@dataclasses.dataclass(frozen=True)
class RootGrowth:
    """Changes root volumes of one host's servers."""

    site: Site

    def read(self, server: Server) -> Volume:
        """The root volume.

        :raises IncorrectState: the server has none just now
        """
        root = server.root
        volume = root and self.site.volumes.fresh(root.volume_id)
        if not volume:
            raise exc.IncorrectState(
                f'instance {server.instance_id} has no root volume')
        return volume

    def __call__(self, growth: Growth) -> None:
        """ModifyVolume, and wait until the size is there.

        EC2 goes on optimizing for hours; the volume serves meanwhile.

        :raises IncorrectState: it was changed less than six hours ago
        """
        speed = growth.speed or Speed()
        volume_id = growth.volume.volume_id
        self.site.ec2.volumes.modify(
            volume_id, size_gib=growth.size_gib, iops=speed.iops,
            throughput=speed.throughput)

        def done(volume: Volume | None) -> bool:
            return volume is None or volume.size_gib >= growth.size_gib
        self.site.volumes.wait(volume_id, done, self.site.timeouts.volume)
