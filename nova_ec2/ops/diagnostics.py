# SPDX-License-Identifier: Apache-2.0
"""get_diagnostics: what CloudWatch measured of a server.

CloudWatch measures from outside, every five minutes: the use of all vCPUs
together, all interfaces together, each EBS volume by itself. What it cannot
see (memory in use, errors, single interfaces of several) is null.
"""

import dataclasses
import datetime
from typing import Any

from nova.compute import power_state
from nova.objects import diagnostics as diagnostics_obj
from nova.objects import fields
from oslo_utils import timeutils

from nova_ec2.aws.api.cloudwatch import Metrics
from nova_ec2.models import hypervisor
from nova_ec2.models.guest import Metric
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.server import Server
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site, living

_DAY = 86400
# Until an age in seconds, the period that sums are read by; CloudWatch keeps
# older points by longer periods only, and gives 100800 points at most.
_PERIODS = ((_DAY, 300), (60 * _DAY, 3600))
# How far back, in seconds, the use of the CPU is looked for.
_LATELY = 1800
_NETWORK = ('NetworkIn', 'NetworkOut', 'NetworkPacketsIn',
            'NetworkPacketsOut')
_DISK = ('VolumeReadBytes', 'VolumeReadOps', 'VolumeWriteBytes',
         'VolumeWriteOps')


@dataclasses.dataclass(frozen=True)
class Measured:
    """One server's figures; sums are since its last start.

    :param cpu: percent of all vCPUs, None where nothing was measured
    :param network: by the names of ``_NETWORK``, None likewise
    :param disks: by volume id and the names of ``_DISK``
    """

    server: Server
    kind: InstanceType | None
    uptime: int
    cpu: int | None
    network: dict[str, int | None]
    disks: dict[str, dict[str, int | None]]


@dataclasses.dataclass(frozen=True)
class Diagnostics:
    """Tells what is measured of one host's servers."""

    site: Site
    metrics: Metrics

    def standard(self, instance: Any) -> diagnostics_obj.Diagnostics:
        """Nova's ``get_instance_diagnostics``, from microversion 2.48 on."""
        with errors.as_nova(instance):
            seen = self._measure(instance)
        made = diagnostics_obj.Diagnostics(
            state=power_state.STATE_MAP[power_state.RUNNING],
            # Nova's list of drivers is closed and has no EC2; Nitro is a
            # KVM, and the next field says what it really is.
            driver=fields.HypervisorDriver.LIBVIRT,
            hypervisor=_hypervisor(seen), hypervisor_os=None,
            uptime=seen.uptime, config_drive=bool(instance.config_drive),
            cpu_details=[], nic_details=[], disk_details=[])
        made.memory_details = diagnostics_obj.MemoryDiagnostics(
            maximum=seen.kind.memory_mib if seen.kind else None, used=None)
        for number in range(seen.kind.vcpus if seen.kind else 0):
            made.add_cpu(id=number, utilisation=seen.cpu)
        only = len(seen.server.interfaces) == 1
        for one in seen.server.interfaces:
            traffic = seen.network if only else dict.fromkeys(_NETWORK)
            made.add_nic(
                mac_address=one.mac_address,
                rx_octets=traffic['NetworkIn'],
                rx_packets=traffic['NetworkPacketsIn'],
                tx_octets=traffic['NetworkOut'],
                tx_packets=traffic['NetworkPacketsOut'])
        for disk in seen.disks.values():
            made.add_disk(
                read_bytes=disk['VolumeReadBytes'],
                read_requests=disk['VolumeReadOps'],
                write_bytes=disk['VolumeWriteBytes'],
                write_requests=disk['VolumeWriteOps'])
        return made

    def legacy(self, instance: Any) -> dict[str, Any]:
        """Nova's ``get_diagnostics``: names of our own choice."""
        with errors.as_nova(instance):
            seen = self._measure(instance)
        told: dict[str, Any] = {
            'instance_id': seen.server.instance_id,
            'instance_type': seen.server.instance_type,
            'hypervisor': _hypervisor(seen), 'uptime': seen.uptime,
            'cpu_percent': seen.cpu,
            'memory_mib': seen.kind.memory_mib if seen.kind else None}
        told.update({_snake(name): value
                     for name, value in seen.network.items()})
        for block in seen.server.block_devices:
            for name, value in seen.disks[block.volume_id].items():
                told[f'{block.device_name}_{_snake(name)}'] = value
        return told

    def _measure(self, instance: Any) -> Measured:
        server = living(self.site.locate(instance), instance)
        now = timeutils.utcnow(with_timezone=True)
        begun = server.launch_time or now
        uptime = max(60, int((now - begun).total_seconds()))
        network = [_of_instance(server, name) for name in _NETWORK]
        disks = {block.volume_id: [
            Metric('AWS/EBS', name, 'VolumeId', block.volume_id)
            for name in _DISK] for block in server.block_devices}
        sums = self.metrics.read(
            network + [one for several in disks.values() for one in several],
            'Sum', now - datetime.timedelta(seconds=uptime), now,
            _period(uptime))
        return Measured(
            server=server, kind=self._kind(server), uptime=uptime,
            cpu=self._cpu(server, now),
            network={one.name: _total(sums[one]) for one in network},
            disks={volume_id: {one.name: _total(sums[one])
                               for one in several}
                   for volume_id, several in disks.items()})

    def _cpu(self, server: Server, now: datetime.datetime) -> int | None:
        metric = _of_instance(server, 'CPUUtilization')
        lately = self.metrics.read(
            [metric], 'Average', now - datetime.timedelta(seconds=_LATELY),
            now, _PERIODS[0][1])[metric]
        return round(lately[0]) if lately else None

    def _kind(self, server: Server) -> InstanceType | None:
        return next((kind for kind in self.site.catalogue.types()
                     if kind.name == server.instance_type), None)


def _of_instance(server: Server, name: str) -> Metric:
    return Metric('AWS/EC2', name, 'InstanceId', server.instance_id)


def _period(age: int) -> int:
    return next((period for until, period in _PERIODS if age < until), _DAY)


def _total(values: list[float]) -> int | None:
    return round(sum(values)) if values else None


def _hypervisor(seen: Measured) -> str:
    kind = seen.kind.hypervisor if seen.kind else ''
    return f'{hypervisor.HYPERVISOR_TYPE} {kind}'.strip()


def _snake(name: str) -> str:
    return ''.join(f'_{char.lower()}' if char.isupper() else char
                   for char in name).lstrip('_')
