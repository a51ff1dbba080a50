# SPDX-License-Identifier: Apache-2.0
"""The config drive of a server that is being built: a small EBS volume.

A volume, and not user data: guests look for a disk of that label, user data
is the tenant's and ends at 16 KB, and whoever may read the instance's
attributes could read a password in it.

The drive tells MACs, addresses and tags of devices, and must be there when
the guest first boots. So the interfaces are made first, the drive is written
with what EC2 chose for them into a snapshot of its own, and the instance is
launched with both. The snapshot goes when the volume is made of it.
"""

import contextlib
import copy
import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from nova.api.metadata import base as metadata
from nova.virt import configdrive
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.aws.api.direct import Direct
from nova_ec2.fleet.waits import Reader
from nova_ec2.mapping import config_drive as mapping
from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.models.launch import InterfaceRequest, LaunchRequest
from nova_ec2.models.snapshot import Snapshot
from nova_ec2.ops.context import Site
from nova_ec2.ops.device_tags import DeviceTags
from nova_ec2.ops.loose_interfaces import LooseInterfaces

LOG = logging.getLogger(__name__)

ROLE = 'config-drive'

Check = Callable[[], None]


@dataclasses.dataclass(frozen=True)
class ConfigDrives:
    """Makes the config drives of one host's servers.

    :param snapshots: reads snapshots that are being made
    """

    site: Site
    direct: Direct
    snapshots: Reader[Snapshot]
    loose: LooseInterfaces
    tags: DeviceTags

    @contextlib.contextmanager
    def given(self, build: Any, request: LaunchRequest,
              check: Check) -> Iterator[LaunchRequest]:
        """The launch of a build, with a config drive where one is wanted.

        The server is launched inside. What was made for it and did not
        become a part of it is gone afterwards.

        :param build: nova_ec2.ops.spawn.Build
        :param check: raises when the launch is no longer wanted
        """
        if not configdrive.required_by(build.instance):
            yield request
            return
        with self._interfaces(build, request) as made:
            network_info = _as_made(build.network_info, made)
            self.tags.refresh(build.context, build.instance, network_info)
            with self._snapshot(build, request, network_info,
                                check) as snapshot_id:
                drive = mapping.disk(snapshot_id, request.disks,
                                     build.block_device_info)
                yield dataclasses.replace(
                    request, disks=(*request.disks, drive),
                    interfaces=_joined(request.interfaces, made))

    def at_start(self) -> None:
        """Delete the snapshots of drives whose builds were interrupted."""
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                for found in self.site.ec2.snapshots.find({
                        tag_keys.CLOUD: self.site.cloud_id,
                        tag_keys.HOST: self.site.host,
                        tag_keys.ROLE: ROLE}):
                    LOG.warning('Snapshot %s is left of a config drive: '
                                'deleting it', found.snapshot_id)
                    self._delete(found.snapshot_id)
        except exc.NovaEC2Error as error:
            LOG.warning('Snapshots that are left of config drives could not '
                        'be listed: %s', error)

    # Interfaces

    @contextlib.contextmanager
    def _interfaces(self, build: Any, request: LaunchRequest
                    ) -> Iterator[list[NetworkInterface]]:
        """An interface for each port; they go with the server, or now."""
        made: list[NetworkInterface] = []
        try:
            for wanted in request.interfaces:
                if wanted.port_id:
                    made.append(self._make(build, request, wanted))
            yield made
        finally:
            if made:
                self._settle([one.interface_id for one in made])

    def _make(self, build: Any, request: LaunchRequest,
              wanted: InterfaceRequest) -> NetworkInterface:
        self.loose.clear(build.instance.uuid, wanted.port_id)
        tags = self._own_tags(build) | {tag_keys.PORT: wanted.port_id}
        try:
            return self.site.ec2.interfaces.create(
                wanted, _token(request, wanted.port_id), tags)
        except (exc.OutcomeUnknown, exc.ServiceFault):
            # Even the token gave no answer: if it was made, it goes.
            with contextlib.suppress(exc.NovaEC2Error):
                self.loose.clear(build.instance.uuid, wanted.port_id)
            raise

    def _settle(self, interface_ids: list[str]) -> None:
        """Have interfaces go with their instance, or at once without one."""
        api = self.site.ec2.interfaces
        try:
            found = api.describe(interface_ids)
            for interface_id in interface_ids:
                one = found.get(interface_id)
                if one is not None and one.attachment_id:
                    api.delete_on_termination(interface_id,
                                              one.attachment_id)
                else:
                    self.loose.undo(interface_id)
        except exc.NovaEC2Error as error:
            LOG.error('Interfaces %s may outlive their instance; they are '
                      'removed some time after it: %s',
                      ', '.join(interface_ids), error)

    # The drive

    @contextlib.contextmanager
    def _snapshot(self, build: Any, request: LaunchRequest,
                  network_info: Any, check: Check) -> Iterator[str]:
        """A snapshot that holds the drive, there while it is needed."""
        data = mapping.iso(_files(build, network_info))
        snapshot_id = self.direct.start(
            mapping.SIZE_GIB, _token(request, ROLE),
            self._own_tags(build) | {tag_keys.ROLE: ROLE},
            encrypted=bool(request.disks[0].encrypted))
        try:
            self.direct.complete(snapshot_id,
                                 self.direct.write(snapshot_id, data))
            self._see_made(snapshot_id, check)
            yield snapshot_id
        finally:
            self._delete(snapshot_id)

    def _see_made(self, snapshot_id: str, check: Check) -> None:
        seen = self.snapshots.wait(snapshot_id, _is_settled,
                                   self.site.timeouts.image, check)
        if seen is None or seen.state != 'completed':
            raise exc.ServiceFault(
                f'the config drive was not made: snapshot {snapshot_id} is '
                f'{seen.state if seen else "gone"}: '
                f'{seen.reason if seen else ""}',
                code='SnapshotFailed', action='CompleteSnapshot')

    def _delete(self, snapshot_id: str) -> None:
        try:
            self.site.ec2.snapshots.delete(snapshot_id)
        except exc.NovaEC2Error as error:
            LOG.error('Snapshot %s of a config drive could not be deleted; '
                      'the next start of nova-compute tries again: %s',
                      snapshot_id, error)

    def _own_tags(self, build: Any) -> dict[str, str]:
        return dict(tag_mapping.own_tags(
            build.instance, self.site.owner(build.instance)))


def _files(build: Any, network_info: Any
           ) -> Iterator[tuple[str, bytes | str]]:
    """What Nova tells the guest, the password with it."""
    extra = ({'admin_pass': build.admin_password}
             if build.admin_password else None)
    told = metadata.InstanceMetadata(
        build.instance, content=list(build.injected_files), extra_md=extra,
        network_info=network_info)
    yield from told.metadata_for_config_drive()


def _as_made(network_info: Any, made: list[NetworkInterface]) -> Any:
    """A copy of Nova's network information with EC2's MACs and addresses."""
    told = copy.deepcopy(network_info)
    for vif, interface in zip(told or (), made, strict=False):
        vif['address'] = interface.mac_address
        fixed = next((one for one in vif.fixed_ips()
                      if one['version'] == 4), None)
        if fixed:
            fixed['address'] = interface.private_address
    return told


def _joined(wanted: tuple[InterfaceRequest, ...],
            made: list[NetworkInterface]) -> tuple[InterfaceRequest, ...]:
    """The interfaces of a launch that takes those that were made."""
    if not made:
        return wanted
    return tuple(
        dataclasses.replace(item, interface_id=one.interface_id)
        for item, one in zip(wanted, made, strict=True))


def _token(request: LaunchRequest, what: str) -> str:
    """The client token of one thing made for one try of a build."""
    owner = request.owner
    seed = '|'.join((owner.cloud_id, owner.server_uuid, request.token_seed,
                     what))
    return hashlib.blake2s(seed.encode()).hexdigest()


def _is_settled(seen: Snapshot | None) -> bool:
    return seen is not None and seen.state != 'pending'
