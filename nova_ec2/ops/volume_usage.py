# SPDX-License-Identifier: Apache-2.0
"""How much servers read from and wrote to their volumes, for Nova's accounts.

Nova wants counters that grow from when a volume was attached. CloudWatch
keeps sums of periods, for 455 days, so what is told is the sum of all since
then. It measures a volume and not an attachment: each server that shares one
is told the volume's whole traffic.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

from oslo_log import log as logging
from oslo_serialization import jsonutils
from oslo_utils import timeutils

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.cloudwatch import Metrics
from nova_ec2.mapping import volumes as mapping
from nova_ec2.models.guest import Metric
from nova_ec2.models.volume import Attachment
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Nova's names of what CloudWatch measures.
_NAMES = {'rd_req': 'VolumeReadOps', 'rd_bytes': 'VolumeReadBytes',
          'wr_req': 'VolumeWriteOps', 'wr_bytes': 'VolumeWriteBytes'}
# In seconds: a multiple of all periods that CloudWatch keeps old points by.
_PERIOD = 86400


@dataclasses.dataclass(frozen=True)
class VolumeUsage:
    """Tells the traffic of the volumes of one host's servers."""

    site: Site
    metrics: Metrics

    def all(self, host_bdms: Iterable[dict[str, Any]]
            ) -> list[dict[str, Any]]:
        """Nova's ``get_all_volume_usage``.

        Costs one GetMetricData a volume, of four metrics. A failure is
        logged: the next round tells more.

        :param host_bdms: dictionaries of ``instance`` and ``instance_bdms``
        :returns: dictionaries of ``volume`` (Cinder's id), ``instance``,
            ``rd_req``, ``rd_bytes``, ``wr_req``, ``wr_bytes``
        """
        wanted = [(one['instance'], bdm, ebs_id) for one in host_bdms
                  for bdm in one['instance_bdms']
                  if (ebs_id := _ebs_id(bdm))]
        told = []
        try:
            shown = self.site.ec2.volumes.describe(
                [ebs_id for _, _, ebs_id in wanted])
            for instance, bdm, ebs_id in wanted:
                server = self.site.fleet.known(instance.uuid)
                if server is None or ebs_id not in shown:
                    continue
                usage = self._since(ebs_id,
                                    shown[ebs_id].on(server.instance_id))
                if usage is not None:
                    told.append({'volume': bdm.volume_id,
                                 'instance': instance, **usage})
        except exc.NovaEC2Error as error:
            LOG.warning('The use of volumes could not be read: %s', error)
        return told

    def of_disk(self, instance: Any, disk: str) -> list[int] | None:
        """Nova's ``block_stats``, of which it has need before a detach.

        :param disk: device name without ``/dev/``
        :returns: read requests and bytes, write requests and bytes, errors;
            None where nothing is known: no reason not to detach
        """
        try:
            server = self.site.locate(instance)
            block = server.at(f'/dev/{disk}') if server else None
            if server is None or block is None:
                return None
            volume = self.site.volumes.fresh(block.volume_id)
            usage = self._since(block.volume_id, volume.on(
                server.instance_id) if volume else None)
        except exc.NovaEC2Error as error:
            LOG.warning('The use of %s could not be read: %s', disk, error,
                        instance=instance)
            return None
        return [*usage.values(), 0] if usage else None

    def _since(self, ebs_id: str, attachment: Attachment | None
               ) -> dict[str, int] | None:
        """The sums since a volume was attached, by Nova's names."""
        now = timeutils.utcnow(with_timezone=True)
        if (attachment is None or attachment.since is None
                or attachment.since >= now):
            return None
        metrics = {name: Metric('AWS/EBS', metric, 'VolumeId', ebs_id)
                   for name, metric in _NAMES.items()}
        read = self.metrics.read(list(metrics.values()), 'Sum',
                                 attachment.since, now, _PERIOD)
        if not any(read.values()):
            return None
        return {name: round(sum(read[metric]))
                for name, metric in metrics.items()}


def _ebs_id(bdm: Any) -> str:
    try:
        return mapping.connection(
            jsonutils.loads(bdm.connection_info or '{}')).ebs_id
    except exc.RequestRefused:
        return ''
