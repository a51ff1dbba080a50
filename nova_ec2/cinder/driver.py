# SPDX-License-Identifier: Apache-2.0
"""``volume_driver = nova_ec2.cinder.driver.EBSDriver``.

cinder-volume has no way to a block device of EC2: what needs one (backup,
images that are no AMI, migration to another back end) is refused at the call.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from cinder import exception as cinder_exc
from cinder import interface
from cinder.volume import driver
from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.cinder import images
from nova_ec2.cinder.errors import as_cinder
from nova_ec2.cinder.reimage import Reimage
from nova_ec2.cinder.rooms import Accounts, Rooms
from nova_ec2.conf import cinder as options
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.account import DEFAULT
from nova_ec2.models.connection import Connection, connection_info

_NO_DEVICE = ('there is no block device of an EBS volume off EC2, so its '
              'content cannot be copied here')


@interface.volumedriver
class EBSDriver(driver.VolumeDriver):
    """Volumes on EBS in one zone of EC2."""

    VERSION = '1.0'
    CI_WIKI_NAME = 'None'

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(options.OPTIONS)

    @staticmethod
    def get_driver_options() -> list[cfg.Opt]:
        return options.OPTIONS

    def do_setup(self, context: Any) -> None:
        ec2_conf.register_opts(cfg.CONF)
        with as_cinder():
            self._accounts = Accounts(cfg.CONF, self.configuration,
                                      self.host)
        for rooms in self._accounts.all():
            rooms.uploads.discard_unfinished()

    def _of(self, volume: Any) -> Rooms:
        """The verbs in the account that a volume is in."""
        return self._accounts.of(volume)

    def check_for_setup_error(self) -> None:
        """All is checked in :meth:`do_setup`."""

    def _update_volume_stats(self) -> None:
        backend = self._accounts.home.backend
        self._stats = {
            'volume_backend_name':
                self.configuration.safe_get('volume_backend_name') or 'ebs',
            'vendor_name': 'Amazon', 'driver_version': self.VERSION,
            'storage_protocol': 'ebs', 'total_capacity_gb': 'infinite',
            'free_capacity_gb': 'infinite', 'reserved_percentage': 0,
            'multiattach': True, 'online_extend_support': True,
            'location_info':
                f'ebs:{backend.ec2.region}:{backend.zone}',
        }

    # Volumes

    def create_volume(self, volume: Any) -> dict[str, str]:
        with as_cinder():
            rooms = self._accounts.of_project(volume.project_id)
            return rooms.noted(rooms.volumes.create(volume))

    def delete_volume(self, volume: Any) -> None:
        with as_cinder():
            try:
                self._of(volume).volumes.delete(volume)
            except exc.IncorrectState as error:
                raise cinder_exc.VolumeIsBusy(
                    volume_name=volume.name) from error

    def extend_volume(self, volume: Any, new_size: int) -> None:
        with as_cinder():
            self._of(volume).volumes.extend(volume, new_size)

    def retype(self, context: Any, volume: Any, new_type: Any, diff: Any,
               host: Any) -> bool:
        with as_cinder():
            return (host['host'] == volume.host
                    and self._of(volume).volumes.retype(volume,
                                                        new_type['id']))

    def create_volume_from_snapshot(self, volume: Any,
                                    snapshot: Any) -> dict[str, str]:
        with as_cinder():
            rooms = self._of(snapshot.volume)
            return rooms.noted(rooms.volumes.create(
                volume, rooms.snapshots.present(snapshot)))

    def create_cloned_volume(self, volume: Any,
                             src_vref: Any) -> dict[str, str]:
        with as_cinder():
            rooms = self._of(src_vref)
            with rooms.snapshots.passing(volume, src_vref) as snapshot_id:
                return rooms.noted(rooms.volumes.create(volume,
                                                        snapshot_id))

    def clone_image(self, context: Any, volume: Any, image_location: Any,
                    image_meta: Mapping[str, Any],
                    image_service: Any) -> tuple[dict[str, str], bool]:
        with as_cinder():
            rooms = self._accounts.of_project(volume.project_id)
            snapshot_id = images.root_snapshot(rooms.backend, image_meta,
                                               volume.size)
            return rooms.noted(rooms.volumes.create(volume,
                                                    snapshot_id)), True

    def copy_volume_to_image(self, context: Any, volume: Any,
                             image_service: Any,
                             image_meta: Mapping[str, Any]) -> None:
        with as_cinder():
            self._of(volume).uploads.upload(context, volume, image_service,
                                            image_meta)

    # Snapshots

    def create_snapshot(self, snapshot: Any) -> dict[str, str]:
        with as_cinder():
            rooms = self._of(snapshot.volume)
            return {'provider_id': rooms.snapshots.create(snapshot)}

    def delete_snapshot(self, snapshot: Any) -> None:
        with as_cinder():
            try:
                self._of(snapshot.volume).snapshots.delete(snapshot)
            except exc.IncorrectState as error:
                raise cinder_exc.SnapshotIsBusy(
                    snapshot_name=snapshot.name) from error

    # Connections: Nova's driver attaches, by what is told here

    def initialize_connection(self, volume: Any, connector: Mapping[str, Any],
                              **kwargs: Any) -> dict[str, Any]:
        """The ``ebs`` connection, for a server on EC2 in the volume's zone.

        :raises VolumeBackendAPIException: it is another host, or elsewhere
        """
        backend = self._accounts.home.backend
        here = (backend.ec2.region, backend.zone)
        there = connector.get('region'), connector.get('zone')
        if not connector.get('instance') or None in there:
            raise cinder_exc.VolumeBackendAPIException(
                data=f'only servers on EC2 can have volume {volume.id}: '
                     f'{_NO_DEVICE}')
        if there != here:
            raise cinder_exc.VolumeBackendAPIException(
                data=f'volume {volume.id} is in {here[1]} and the server in '
                     f'{there[1]}; EC2 attaches within a zone only')
        with as_cinder():
            rooms = self._of(volume)
            account = connector.get('account') or DEFAULT
            if account != rooms.account.name:
                raise exc.VolumeRefused(
                    f'volume {volume.id} is in AWS account '
                    f'{rooms.account.name} and the server in {account}; EC2 '
                    f'attaches within an account only')
            present = rooms.volumes.present(volume)
        return connection_info(Connection(
            ebs_id=present.volume_id, zone=here[1], region=here[0],
            cinder_id=volume.id))

    def terminate_connection(self, volume: Any, connector: Any,
                             **kwargs: Any) -> None:
        """Nova's driver detaches."""

    def create_export(self, context: Any, volume: Any,
                      connector: Any) -> None:
        """EBS exports nothing."""

    def ensure_export(self, context: Any, volume: Any) -> None:
        """EBS exports nothing."""

    def remove_export(self, context: Any, volume: Any) -> None:
        """EBS exports nothing."""

    def copy_image_to_volume(self, context: Any, volume: Any,
                             image_service: Any, image_id: str,
                             disable_sparse: bool = False) -> None:
        """Onto a volume that is there (re-image): another EBS volume."""
        with as_cinder():
            rooms = self._of(volume)
            snapshot_id = images.root_snapshot(
                rooms.backend, image_service.show(context, image_id),
                volume.size)
            Reimage(rooms.volumes)(volume, snapshot_id)

    # What needs a block device

    def migrate_volume(self, context: Any, volume: Any,
                       host: Any) -> tuple[bool, None]:
        raise cinder_exc.VolumeMigrationFailed(reason=_NO_DEVICE)

    # Volumes and snapshots that somebody made

    def manage_existing_snapshot_get_size(
            self, snapshot: Any, existing_ref: Mapping[str, Any]) -> int:
        with self._adopting(existing_ref):
            rooms = self._of(snapshot.volume)
            return rooms.adoption.find_snapshot(snapshot,
                                                existing_ref).size_gib

    def manage_existing_snapshot(self, snapshot: Any,
                                 existing_ref: Mapping[str, Any]
                                 ) -> dict[str, str]:
        with self._adopting(existing_ref):
            rooms = self._of(snapshot.volume)
            return {'provider_id': rooms.adoption.take_snapshot(
                snapshot, existing_ref)}

    def unmanage_snapshot(self, snapshot: Any) -> None:
        with as_cinder():
            rooms = self._of(snapshot.volume)
            rooms.adoption.give_back(rooms.snapshots.present(snapshot),
                                     tag_keys.SNAPSHOT)

    def manage_existing_get_size(self, volume: Any,
                                 existing_ref: Mapping[str, Any]) -> int:
        with self._adopting(existing_ref):
            rooms = self._accounts.of_project(volume.project_id)
            return rooms.adoption.find(existing_ref).size_gib

    def manage_existing(self, volume: Any, existing_ref: Mapping[str, Any]
                        ) -> dict[str, str]:
        with self._adopting(existing_ref):
            rooms = self._accounts.of_project(volume.project_id)
            return rooms.noted(rooms.adoption.take(volume, existing_ref))

    def unmanage(self, volume: Any) -> None:
        with as_cinder():
            rooms = self._of(volume)
            rooms.adoption.give_back(
                rooms.volumes.present(volume).volume_id, tag_keys.VOLUME)

    @contextlib.contextmanager
    def _adopting(self, reference: Mapping[str, Any]) -> Iterator[None]:
        with as_cinder():
            try:
                yield
            except exc.VolumeRefused as error:
                raise cinder_exc.ManageExistingInvalidReference(
                    existing_ref=reference, reason=str(error)) from error
