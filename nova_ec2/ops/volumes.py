# SPDX-License-Identifier: Apache-2.0
"""Cinder's volumes on servers: attach, detach, extend, several at boot."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nova import exception as nova_exc
from oslo_log import log as logging
from oslo_utils import units

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import devices
from nova_ec2.mapping import volumes as mapping
from nova_ec2.models.connection import Connection
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops import errors
from nova_ec2.ops.attachments import Attachments
from nova_ec2.ops.context import Site
from nova_ec2.ops.device_tags import DeviceTags
from nova_ec2.ops.states import States

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Volumes:
    """Cinder's volumes on one host's servers."""

    states: States
    attachments: Attachments
    tags: DeviceTags

    @property
    def site(self) -> Site:
        """Where the servers are."""
        return self.states.site

    def attach(self, context: Any, instance: Any, info: Mapping[str, Any],
               device_name: str,
               encryption: Mapping[str, Any] | None) -> None:
        """Attach a volume and see it attached (Nova's ``attach_volume``).

        :raises InvalidVolume: it cannot be on this server; says why
        :raises VolumeDriverNotFound: it is not an EBS volume
        :raises TooManyDiskDevices: the instance type takes no further one
        """
        with errors.as_nova(instance):
            wanted = self.wanted(info, encryption)
            server = self.states.settled(instance)
            volume = self.checked(wanted)
            if volume.on(server.instance_id) is None:
                self._check_room(server, volume)
            self.attachments.attach(wanted.ebs_id, server, device_name)
        self.tags.refresh(context, instance)
        instance.save()
        LOG.info('Volume %s (%s) is attached as %s', wanted.cinder_id,
                 wanted.ebs_id, device_name, instance=instance)

    def detach(self, instance: Any, info: Mapping[str, Any]) -> None:
        """Detach a volume and see it off (Nova's ``detach_volume``).

        Success where the volume or the instance is gone, or they are apart
        already.

        :raises DeviceDetachFailed: the guest does not let go of it
        """
        with errors.as_nova(instance):
            wanted = mapping.connection(info)
            server = self.site.locate(instance)
            if server is None:
                LOG.warning('There is no instance to detach %s from',
                            wanted.ebs_id, instance=instance)
                return
            if server.state.is_gone:
                # Its end detaches all volumes.
                self.attachments.until_off(wanted.ebs_id,
                                           server.instance_id)
                return
            self.attachments.detach(wanted.ebs_id, server.instance_id)
        LOG.info('Volume %s (%s) is detached', wanted.cinder_id,
                 wanted.ebs_id, instance=instance)

    def extend(self, instance: Any, info: Mapping[str, Any],
               size_bytes: int) -> None:
        """See a volume as large as Cinder made it (``extend_volume``).

        Cinder's EBS driver has grown it; where it is smaller it is grown
        here. The guest sees the size at once; its filesystem is its own.

        :raises InvalidVolume: EC2 does not grow it now; says why
        """
        gib = -(-size_bytes // units.Gi)
        with errors.as_nova(instance):
            wanted = mapping.connection(info)
            volume = self.checked(wanted)
            if volume.size_gib < gib:
                self._grow(wanted, gib)
            self.site.volumes.wait(
                wanted.ebs_id,
                lambda seen: seen is None or seen.size_gib >= gib,
                self.site.timeouts.volume)

    def _grow(self, wanted: Connection, gib: int) -> None:
        try:
            self.site.ec2.volumes.modify(wanted.ebs_id, size_gib=gib)
        except (exc.IncorrectState, exc.InvalidRequest) as error:
            raise exc.VolumeRefused(
                f'{wanted.ebs_id} cannot be grown to {gib} GiB: '
                f'{error.code}: {error.message}') from error
        except exc.OutcomeUnknown:
            LOG.info('The reply of growing %s was lost; its size will tell',
                     wanted.ebs_id)

    def wanted(self, info: Mapping[str, Any],
               encryption: Mapping[str, Any] | None = None
               ) -> Connection:
        """Read a connection and check what it tells by itself."""
        wanted = mapping.connection(info)
        mapping.check_place(wanted, self.site.zone, self.site.ec2.region)
        if (encryption or {}).get('control_location') == 'front-end':
            raise exc.VolumeRefused(
                f'volume {wanted.cinder_id} is to be encrypted by the '
                f'compute host, which EC2 does not let us do: use an EBS '
                f'volume type with EBS encryption instead')
        return wanted

    def checked(self, wanted: Connection) -> Volume:
        """The volume as EC2 shows it now, if this cloud may use it here."""
        return mapping.check(
            wanted, self.site.volumes.fresh(wanted.ebs_id),
            self.site.cloud_id, self.site.zone)

    def fitting(self, request: LaunchRequest,
                wanted: Sequence[Connection]) -> LaunchRequest:
        """A launch with those candidates only that take these volumes too.

        :raises TooManyVolumes: none does; says how many the last one takes
        """
        candidates, refused = [], None
        for candidate in request.candidates:
            try:
                mapping.check_room(
                    self._kind(candidate.instance_type),
                    len(request.interfaces),
                    len(request.disks) + len(wanted))
                candidates.append(candidate)
            except exc.TooManyVolumes as error:
                refused = error
        if refused is not None and not candidates:
            raise refused
        return dataclasses.replace(request, candidates=tuple(candidates))

    def _check_room(self, server: Server, volume: Volume) -> None:
        kind = self._kind(server.instance_type)
        mapping.check_room(kind, len(server.interfaces),
                           len(server.block_devices) + 1)
        mapping.check_sharing(kind, volume)

    def _kind(self, name: str) -> InstanceType | None:
        return next((kind for kind in self.site.catalogue.types()
                     if kind.name == name), None)

    def device_name(self, instance: Any, bdms: Iterable[Any],
                    wanted: str | None) -> str:
        """A legal name for one more disk (``get_device_name_for_instance``).

        :param wanted: what the user asked for, taken if legal and free
        :raises TooManyDiskDevices: the instance type takes no further one
        """
        present = list(bdms)
        root = instance.root_device_name or devices.DEFAULT_ROOT
        server = self.site.fleet.known(instance.uuid)
        if server is None or server.state.is_gone:
            return devices.name_for(present, wanted, root)
        most = mapping.volumes_most(self._kind(server.instance_type),
                                    len(server.interfaces))
        if max(len(server.block_devices), len(present)) >= most:
            raise nova_exc.TooManyDiskDevices(maximum=most)
        return devices.name_for(present, wanted, root, server.devices)
