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
from nova_ec2.cinder import backend, images
from nova_ec2.cinder.adoption import Adoption
from nova_ec2.cinder.errors import as_cinder
from nova_ec2.cinder.reimage import Reimage
from nova_ec2.cinder.snapshots import Snapshots
from nova_ec2.cinder.uploads import Uploads
from nova_ec2.cinder.volumes import Volumes
from nova_ec2.conf import cinder as options
from nova_ec2.models import tags as tag_keys
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
            self._backend = backend.build(cfg.CONF, self.configuration)
        self._volumes = Volumes(self._backend)
        self._snapshots = Snapshots(self._backend, self._volumes)
        self._adoption = Adoption(self._backend, self._volumes)
        self._uploads = Uploads(self._backend, self._snapshots, self.host)
        self._uploads.discard_unfinished()

    def check_for_setup_error(self) -> None:
        """All is checked in :meth:`do_setup`."""

    def _update_volume_stats(self) -> None:
        self._stats = {
            'volume_backend_name':
                self.configuration.safe_get('volume_backend_name') or 'ebs',
            'vendor_name': 'Amazon', 'driver_version': self.VERSION,
            'storage_protocol': 'ebs', 'total_capacity_gb': 'infinite',
            'free_capacity_gb': 'infinite', 'reserved_percentage': 0,
            'multiattach': True, 'online_extend_support': True,
            'location_info':
                f'ebs:{self._backend.ec2.region}:{self._backend.zone}',
        }

    # Volumes

    def create_volume(self, volume: Any) -> dict[str, str]:
        with as_cinder():
            return {'provider_id': self._volumes.create(volume)}

    def delete_volume(self, volume: Any) -> None:
        with as_cinder():
            try:
                self._volumes.delete(volume)
            except exc.IncorrectState as error:
                raise cinder_exc.VolumeIsBusy(
                    volume_name=volume.name) from error

    def extend_volume(self, volume: Any, new_size: int) -> None:
        with as_cinder():
            self._volumes.extend(volume, new_size)

    def retype(self, context: Any, volume: Any, new_type: Any, diff: Any,
               host: Any) -> bool:
        with as_cinder():
            return host['host'] == volume.host and self._volumes.retype(
                volume, new_type['id'])

    def create_volume_from_snapshot(self, volume: Any,
                                    snapshot: Any) -> dict[str, str]:
        with as_cinder():
            return {'provider_id': self._volumes.create(
                volume, self._snapshots.present(snapshot))}

    def create_cloned_volume(self, volume: Any,
                             src_vref: Any) -> dict[str, str]:
        with as_cinder(), self._snapshots.passing(
                volume, src_vref) as snapshot_id:
            return {'provider_id': self._volumes.create(volume, snapshot_id)}

    def clone_image(self, context: Any, volume: Any, image_location: Any,
                    image_meta: Mapping[str, Any],
                    image_service: Any) -> tuple[dict[str, str], bool]:
        with as_cinder():
            snapshot_id = images.root_snapshot(self._backend, image_meta,
                                               volume.size)
            return {'provider_id': self._volumes.create(
                volume, snapshot_id)}, True

    def copy_volume_to_image(self, context: Any, volume: Any,
                             image_service: Any,
                             image_meta: Mapping[str, Any]) -> None:
        with as_cinder():
            self._uploads.upload(context, volume, image_service, image_meta)

    # Snapshots

    def create_snapshot(self, snapshot: Any) -> dict[str, str]:
        with as_cinder():
            return {'provider_id': self._snapshots.create(snapshot)}

    def delete_snapshot(self, snapshot: Any) -> None:
        with as_cinder():
            try:
                self._snapshots.delete(snapshot)
            except exc.IncorrectState as error:
                raise cinder_exc.SnapshotIsBusy(
                    snapshot_name=snapshot.name) from error

    # Connections: Nova's driver attaches, by what is told here

    def initialize_connection(self, volume: Any, connector: Mapping[str, Any],
                              **kwargs: Any) -> dict[str, Any]:
        """The ``ebs`` connection, for a server on EC2 in the volume's zone.

        :raises VolumeBackendAPIException: it is another host, or elsewhere
        """
        here = (self._backend.ec2.region, self._backend.zone)
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
            present = self._volumes.present(volume)
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
            snapshot_id = images.root_snapshot(
                self._backend, image_service.show(context, image_id),
                volume.size)
            Reimage(self._volumes)(volume, snapshot_id)

    # What needs a block device

    def migrate_volume(self, context: Any, volume: Any,
                       host: Any) -> tuple[bool, None]:
        raise cinder_exc.VolumeMigrationFailed(reason=_NO_DEVICE)

    # Volumes and snapshots that somebody made

    def manage_existing_snapshot_get_size(
            self, snapshot: Any, existing_ref: Mapping[str, Any]) -> int:
        with self._adopting(existing_ref):
            return self._adoption.find_snapshot(snapshot,
                                                existing_ref).size_gib

    def manage_existing_snapshot(self, snapshot: Any,
                                 existing_ref: Mapping[str, Any]
                                 ) -> dict[str, str]:
        with self._adopting(existing_ref):
            return {'provider_id': self._adoption.take_snapshot(
                snapshot, existing_ref)}

    def unmanage_snapshot(self, snapshot: Any) -> None:
        with as_cinder():
            self._adoption.give_back(self._snapshots.present(snapshot),
                                     tag_keys.SNAPSHOT)

    def manage_existing_get_size(self, volume: Any,
                                 existing_ref: Mapping[str, Any]) -> int:
        with self._adopting(existing_ref):
            return self._adoption.find(existing_ref).size_gib

    def manage_existing(self, volume: Any, existing_ref: Mapping[str, Any]
                        ) -> dict[str, str]:
        with self._adopting(existing_ref):
            return {'provider_id': self._adoption.take(volume, existing_ref)}

    def unmanage(self, volume: Any) -> None:
        with as_cinder():
            self._adoption.give_back(
                self._volumes.present(volume).volume_id, tag_keys.VOLUME)

    @contextlib.contextmanager
    def _adopting(self, reference: Mapping[str, Any]) -> Iterator[None]:
        with as_cinder():
            try:
                yield
            except exc.VolumeRefused as error:
                raise cinder_exc.ManageExistingInvalidReference(
                    existing_ref=reference, reason=str(error)) from error
