# SPDX-License-Identifier: Apache-2.0
"""What really is there, for checks that do not go through EC2's API."""

import base64
from typing import Any

from nova_ec2.emulator import firmware, types
from nova_ec2.emulator.instance import StrictInstance


def of_instance(one: StrictInstance) -> dict[str, Any]:
    """An instance as plain values."""
    data = one.user_data
    raw = base64.b64decode(str(data)) if data else b''
    return {
        'instance_id': one.id, 'account_id': one.owner_id,
        'region': one.region_name, 'state': one.state,
        'reason_code': one.state_reason.code,
        'reason': one.state_reason.message,
        'market': one.lifecycle or 'on-demand',
        'instance_type': one.instance_type, 'image_id': one.image_id,
        'zone': one.availability_zone,
        'placement_group': one.placement_group, 'key_name': one.key_name,
        'subnet_id': one.subnet_id, 'client_token': one.client_token,
        'private_address': one.private_ip, 'public_address': one.public_ip,
        'boots': one.boots, 'launched': one.launch_time.isoformat(),
        'user_data_bytes': len(raw),
        'boot_mode': firmware.boots(one, types.data(one.instance_type)),
        'sev_snp': one.sev_snp, 'tpm_support': one.tpm_support,
        'hibernation': one.hibernation, 'hibernated': one.hibernated,
        'interrupts': one.interrupts, 'password': one.password,
        'tags': dict(one.ec2_backend.tags_of(one.id)),
        'interfaces': [
            {'interface_id': nic.id, 'mac_address': nic.mac_address,
             'private_address': nic.private_ip_address,
             'private_addresses': nic.addresses,
             'ipv6_addresses': list(nic.ipv6_addresses),
             'elastic_addresses': {
                 private: elastic.allocation_id
                 for private, elastic in sorted(nic.elastic.items())},
             'source_dest_check': nic.source_dest_check,
             'subnet_id': nic.subnet.id, 'device_index': index,
             'delete_on_termination': bool(nic.delete_on_termination),
             'tags': dict(one.ec2_backend.tags_of(nic.id)),
             'group_ids': sorted(group.id for group in nic.group_set)}
            for index, nic in sorted(one.nics.items())],
        'volumes': [
            {'device_name': name, 'volume_id': block.volume_id,
             'size_gib': block.size,
             **_speed(one.ec2_backend.volumes.get(block.volume_id)),
             'delete_on_termination': bool(block.delete_on_termination)}
            for name, block in one.block_device_mapping.items()]}


def _speed(volume: Any) -> dict[str, Any]:
    """How fast and how secret a volume is."""
    return {name: getattr(volume, name, None) for name in (
        'volume_type', 'iops', 'throughput', 'encrypted', 'kms_key_id')}


def of_backend(one: Any) -> dict[str, Any]:
    """What an account has in a region besides instances, by id."""
    own = one.account_id
    return {
        'account_id': own, 'region': one.region_name,
        'volumes': sorted(one.volumes), 'interfaces': sorted(one.enis),
        'images': sorted(image.id for image in one.amis.values()
                         if image.owner_id == own),
        'snapshots': sorted(snap.id for snap in one.snapshots.values()
                            if snap.owner_id == own),
        'key_pairs': sorted(one.key_pairs),
        'placement_groups': {
            name: group.strategy
            for name, group in one.placement_groups.items()},
        'addresses': sorted(address.allocation_id
                            for address in one.addresses),
        **_network(one)}


def _network(one: Any) -> dict[str, Any]:
    """VPCs and what is in them; the tags of all this, by id."""
    found = {
        'vpcs': sorted(one.vpcs),
        'subnets': sorted(subnet for zone in one.subnets.values()
                          for subnet in zone),
        'security_groups': sorted(group.id for group in one.all_groups()),
        'internet_gateways': sorted(one.internet_gateways),
        'egress_only_internet_gateways': sorted(
            one.egress_only_internet_gateways),
        'nat_gateways': sorted(nat.nat_id for nat in one.nats.values()
                               if nat.state not in ('deleted', 'failed')),
        'route_tables': sorted(one.route_tables)}
    ids = [an_id for ids in found.values() for an_id in ids]
    ids += [address.allocation_id for address in one.addresses]
    ids += [*one.enis, *one.volumes]
    return {**found, 'tags': {an_id: dict(one.tags_of(an_id))
                              for an_id in ids if one.tags_of(an_id)}}
