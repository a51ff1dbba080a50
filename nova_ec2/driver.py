# SPDX-License-Identifier: Apache-2.0
"""EC2Driver: Nova's ComputeDriver, a table of contents.

Each method hands over to ``ops/``, where the work is. The methods' own
documentation is Nova's, in nova/virt/driver.py.
"""

from typing import Any, ClassVar

import nova.conf
from nova.virt import driver
from oslo_log import log as logging

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.mapping import devices
from nova_ec2.ops import (
    errors,
    live_migration,
    placement_read,
    volume_zones,
)
from nova_ec2.ops.resize import Departure
from nova_ec2.ops.spawn import Build
from nova_ec2.wiring.compute import Compute
from nova_ec2.wiring.computes import Computes
from nova_ec2.wiring.metrics import Metrics

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

ec2_conf.register_opts(CONF)


class EC2Driver(driver.ComputeDriver):
    """Runs Nova's servers on Amazon EC2."""

    capabilities: ClassVar[dict[str, bool]] = (
        driver.ComputeDriver.capabilities | {
            'supports_device_tagging': True,
            'supports_ephemeral_encryption': True,
            'supports_extend_volume': True,
            'supports_multiattach': True,
            'supports_secure_boot': True,
            # What AMD SEV-SNP asks for, and refused without it.
            'supports_stateless_firmware': True,
            'supports_vtpm': True,
            'supports_tagged_attach_volume': True,
            'supports_bfv_rescue': True,
            'supports_evacuate': True,
            # An AMI stands in for the data of an image, whatever its format.
            'supports_image_type_aki': False,
            'supports_image_type_ami': True,
            'supports_image_type_ari': False,
            'supports_image_type_iso': False,
            'supports_image_type_qcow2': True,
            'supports_image_type_raw': True,
            'supports_image_type_vdi': True,
            'supports_image_type_vhd': True,
            'supports_image_type_vhdx': True,
            'supports_image_type_vmdk': True,
            'supports_image_type_ploop': True,
            'supports_attach_interface': True,
            'supports_tagged_attach_interface': True,
        })

    def __init__(self, virtapi: Any) -> None:
        super().__init__(virtapi)
        self._computes: Computes | None = None
        self._metrics = Metrics(CONF)

    @property
    def computes(self) -> Computes:
        """All verbs, by account; there after ``init_host``."""
        if self._computes is None:
            raise exc.ConfigurationError('init_host has not been called')
        return self._computes

    @property
    def compute(self) -> Compute:
        """The verbs in the account of the ``[ec2]`` credentials."""
        return self.computes.default

    def of(self, instance: Any) -> Compute:
        """The verbs in the account that a server was made in."""
        return self.computes.of(instance)

    # The host

    def init_host(self, host: str) -> None:
        try:
            self._computes = Computes(CONF, host)
            self._computes.run(lambda one: one.site.fleet.sweep())
            self._metrics.begin(host, self._computes.all)
        except (exc.ConfigurationError, exc.FleetUnavailable) as error:
            LOG.critical('nova-compute cannot run EC2Driver: %s', error)
            raise SystemExit(1) from None
        self._computes.begin(self._begin)
        placement_read.install(self, CONF)
        volume_zones.look(CONF)
        self.compute.spawn.addresses.listen(
            self.virtapi._compute.network_api)

    def _begin(self, one: Compute) -> None:
        """An account begins to be served."""
        self._metrics.watch(one)
        one.begin(self.emit_event)

    def cleanup_host(self, host: str) -> None:
        self._metrics.stop()
        if self._computes is not None:
            self._computes.run(lambda one: one.stop())

    def process_instances_at_startup(self, context: Any,
                                     instances: Any) -> Any:
        self.computes.at_start(instances)
        return instances

    def get_available_nodes(self, refresh: bool = False) -> list[str]:
        return [self.compute.site.host]

    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        self.computes.run(lambda one: one.look_around())
        return self.compute.inventory.resources(nodename)

    def update_provider_tree(self, provider_tree: Any, nodename: str,
                             allocations: Any = None) -> None:
        self.compute.inventory.update(provider_tree, nodename)

    def get_host_uptime(self) -> str:
        return self.compute.inventory.uptime()

    # What runs

    def get_info(self, instance: Any, use_cache: bool = True) -> Any:
        return self.of(instance).sync.info(instance, use_cache=use_cache)

    def instance_exists(self, instance: Any) -> bool:
        return self.of(instance).sync.exists(instance)

    def get_num_instances(self) -> int:
        return sum(self.computes.run(lambda one: one.keep_house()))

    def list_instances(self) -> list[str]:
        return [name for names in self.computes.run(
            lambda one: one.sync.names()) for name in names]

    def list_instance_uuids(self) -> list[str]:
        return [uuid for uuids in self.computes.run(
            lambda one: one.sync.uuids()) for uuid in uuids]

    # Verbs

    def spawn(self, context: Any, instance: Any, image_meta: Any,
              injected_files: Any, admin_password: Any, allocations: Any,
              network_info: Any = None, block_device_info: Any = None,
              power_on: bool = True, accel_info: Any = None) -> None:
        with errors.as_nova(instance, building=True):
            compute = self.computes.for_build(instance)
            self.computes.note(instance, compute)
        compute.spawn(Build(context, instance, image_meta, network_info,
                            block_device_info, injected_files or (),
                            admin_password or ''))
        compute.guests.windows_passwords.follow(instance)

    def rebuild(self, context: Any, instance: Any, image_meta: Any,
                injected_files: Any, admin_password: Any, allocations: Any,
                bdms: Any, detach_block_devices: Any,
                attach_block_devices: Any, network_info: Any = None,
                evacuate: bool = False, block_device_info: Any = None,
                preserve_ephemeral: bool = False, accel_uuids: Any = None,
                reimage_boot_volume: bool = False) -> None:
        if evacuate:
            self.of(instance).evacuate(instance)
            return
        self.of(instance).rebuild(
            Build(context, instance, image_meta, network_info,
                  block_device_info, injected_files or ()),
            preserve_ephemeral=preserve_ephemeral,
            reimage_boot_volume=reimage_boot_volume)

    def destroy(self, context: Any, instance: Any, network_info: Any,
                block_device_info: Any = None, destroy_disks: bool = True,
                destroy_secrets: bool = True) -> None:
        compute = self.of(instance)
        compute.guests.serial_console.close(instance)
        compute.destroy(instance, block_device_info, network_info)

    def cleanup(self, context: Any, instance: Any, network_info: Any,
                block_device_info: Any = None, destroy_disks: bool = True,
                migrate_data: Any = None, destroy_vifs: bool = True,
                destroy_secrets: bool = True) -> None:
        """Nothing of a server stays on this host."""

    def power_on(self, context: Any, instance: Any, network_info: Any,
                 block_device_info: Any = None, accel_info: Any = None,
                 share_info: Any = None) -> None:
        self.of(instance).power.on(instance)

    def power_off(self, instance: Any, timeout: float = 0,
                  retry_interval: float = 0) -> None:
        self.of(instance).power.off(instance, timeout)

    def reboot(self, context: Any, instance: Any, network_info: Any,
               reboot_type: str, block_device_info: Any = None,
               bad_volumes_callback: Any = None, accel_info: Any = None,
               share_info: Any = None) -> None:
        self.of(instance).power.reboot(instance, hard=reboot_type == 'HARD')

    def get_host_ip_addr(self) -> str:
        return str(CONF.my_ip)

    def instance_on_disk(self, instance: Any) -> bool:
        """EC2 keeps the disks, so every host has them."""
        return True

    def migrate_disk_and_power_off(
            self, context: Any, instance: Any, dest: str, flavor: Any,
            network_info: Any, block_device_info: Any = None,
            timeout: float = 0, retry_interval: float = 0) -> str:
        self.of(instance).resize.leave(Departure(
            instance, flavor, block_device_info, timeout,
            context.request_id))
        return ''

    def finish_migration(
            self, context: Any, migration: Any, instance: Any,
            disk_info: Any, network_info: Any, image_meta: Any,
            resize_instance: bool, allocations: Any,
            block_device_info: Any = None, power_on: bool = True,
            share_info: Any = None) -> None:
        self.of(instance).resize.arrive(instance, power_on=power_on)

    def confirm_migration(self, context: Any, migration: Any, instance: Any,
                          network_info: Any) -> None:
        self.of(instance).resize.confirm(instance)

    def finish_revert_migration(
            self, context: Any, instance: Any, network_info: Any,
            migration: Any, block_device_info: Any = None,
            power_on: bool = True, share_info: Any = None) -> None:
        self.of(instance).resize.come_back(
            instance, context.request_id, power_on=power_on)

    def suspend(self, context: Any, instance: Any) -> None:
        self.of(instance).suspend.suspend(instance)

    def resume(self, context: Any, instance: Any, network_info: Any,
               block_device_info: Any = None, share_info: Any = None) -> None:
        self.of(instance).suspend.resume(instance)

    def resume_state_on_host_boot(
            self, context: Any, instance: Any, network_info: Any,
            share_info: Any, block_device_info: Any = None) -> None:
        self.of(instance).power.on(instance)

    def rescue(self, context: Any, instance: Any, network_info: Any,
               image_meta: Any, rescue_password: str | None,
               block_device_info: Any, share_info: Any) -> None:
        self.of(instance).rescue(context, instance, image_meta,
                                 block_device_info)

    def unrescue(self, context: Any, instance: Any) -> None:
        self.of(instance).rescue.unrescue(instance)

    def trigger_crash_dump(self, instance: Any) -> None:
        self.of(instance).guests.crash_dump(instance)

    def get_diagnostics(self, instance: Any) -> dict[str, Any]:
        return self.of(instance).guests.diagnostics.legacy(instance)

    def get_instance_diagnostics(self, instance: Any) -> Any:
        return self.of(instance).guests.diagnostics.standard(instance)

    def set_admin_password(self, instance: Any, new_pass: str) -> None:
        self.of(instance).guests.admin_password.set(instance, new_pass)

    def quiesce(self, context: Any, instance: Any, image_meta: Any) -> None:
        self.of(instance).guests.quiesce.freeze(instance)

    def unquiesce(self, context: Any, instance: Any,
                  image_meta: Any) -> None:
        self.of(instance).guests.quiesce.thaw(instance)

    def get_serial_console(self, context: Any, instance: Any) -> Any:
        return self.of(instance).guests.serial_console.open(instance)

    def get_console_output(self, context: Any, instance: Any) -> bytes:
        return self.of(instance).console.output(instance)

    def snapshot(self, context: Any, instance: Any, image_id: str,
                 update_task_state: Any) -> None:
        self.of(instance).snapshot(context, instance, image_id,
                                   update_task_state)

    def cache_image(self, context: Any, image_id: str) -> bool:
        return self.compute.image_cache(context, image_id)

    # Networks and disks

    def network_binding_host_id(self, context: Any, instance: Any) -> None:
        """Leave ports unbound: the verbs bind them, with EC2's MAC."""
        self.of(instance).interfaces.check_room(instance)

    def check_can_live_migrate_destination(
            self, context: Any, instance: Any, src_compute_info: Any,
            dst_compute_info: Any, block_migration: bool = False,
            disk_over_commit: bool = False) -> Any:
        live_migration.refuse(instance)

    def check_can_live_migrate_source(
            self, context: Any, instance: Any, dest_check_data: Any,
            block_device_info: Any = None) -> Any:
        live_migration.refuse(instance)

    def attach_interface(self, context: Any, instance: Any, image_meta: Any,
                         vif: Any) -> None:
        self.of(instance).interfaces.attach(context, instance, vif)

    def detach_interface(self, context: Any, instance: Any,
                         vif: Any) -> None:
        self.of(instance).interfaces.detach(context, instance, vif)

    def plug_vifs(self, instance: Any, network_info: Any) -> None:
        """EC2 made the interfaces with the instance."""

    def unplug_vifs(self, instance: Any, network_info: Any) -> None:
        """EC2 removes the interfaces with the instance."""

    def default_root_device_name(self, instance: Any, image_meta: Any,
                                 root_bdm: Any) -> str:
        return self.computes.likely(instance).spawn.root_device_name(
            instance, image_meta, root_bdm)

    def default_device_names_for_instance(
            self, instance: Any, root_device_name: str,
            *block_device_lists: Any) -> None:
        devices.set_default_names(root_device_name, *block_device_lists)

    def get_device_name_for_instance(
            self, instance: Any, bdms: Any,
            block_device_obj: Any) -> str:
        return self.of(instance).volumes.device_name(
            instance, bdms, block_device_obj.get('device_name'))

    def attach_volume(self, context: Any, connection_info: Any,
                      instance: Any, mountpoint: str, disk_bus: Any = None,
                      device_type: Any = None,
                      encryption: Any = None) -> None:
        self.of(instance).volumes.attach(
            context, instance, connection_info, mountpoint, encryption)

    def detach_volume(self, context: Any, connection_info: Any,
                      instance: Any, mountpoint: str,
                      encryption: Any = None) -> None:
        self.of(instance).volumes.detach(instance, connection_info)

    def extend_volume(self, context: Any, connection_info: Any,
                      instance: Any, requested_size: int) -> None:
        self.of(instance).volumes.extend(instance, connection_info,
                                         requested_size)

    def swap_volume(self, context: Any, old_connection_info: Any,
                    new_connection_info: Any, instance: Any,
                    mountpoint: str, resize_to: int) -> None:
        raise NotImplementedError(
            'EC2 cannot put another volume in the place of one that is in '
            'use: detach it and attach the other')

    def get_all_volume_usage(self, context: Any, compute_host_bdms: Any
                             ) -> list[dict[str, Any]]:
        return [usage for usages in self.computes.run(
            lambda one: one.guests.volume_usage.all(
                bdms for bdms in compute_host_bdms
                if self.of(bdms['instance']) is one)) for usage in usages]

    def block_stats(self, instance: Any, disk_id: str) -> list[int] | None:
        return self.of(instance).guests.volume_usage.of_disk(instance, disk_id)

    def get_volume_connector(self, instance: Any) -> dict[str, Any]:
        """Where volumes are attached from; EBS needs the instance only."""
        return {'host': self.compute.site.host,
                'instance': instance.uuid,
                'account': self.computes.likely(instance).site.account.name,
                'region': self.compute.site.ec2.region,
                'zone': self.compute.site.zone}
