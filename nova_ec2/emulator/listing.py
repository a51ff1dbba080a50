# SPDX-License-Identifier: Apache-2.0
"""DescribeInstances: filters and pages.

"Paginate your Amazon EC2 API requests", Amazon EC2 API Reference.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nova_ec2.emulator import filtering
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

PAGE_MIN, PAGE_MAX = 5, 1000

_Values = Callable[[StrictInstance], Iterable[Any]]


def _nics(read: Callable[[Any], Any]) -> _Values:
    return lambda one: [read(nic) for nic in one.nics.values()]


FILTERS: dict[str, _Values] = {
    'instance-id': lambda one: [one.id],
    'instance-state-name': lambda one: [one.state],
    'instance-state-code': lambda one: [one.state_code],
    'instance-type': lambda one: [one.instance_type],
    'instance-lifecycle': lambda one: [one.lifecycle],
    'spot-instance-request-id': lambda one: [one.spot_request_id or None],
    'image-id': lambda one: [one.image_id],
    'availability-zone': lambda one: [one.availability_zone],
    'architecture': lambda one: [one.architecture],
    'client-token': lambda one: [one.client_token],
    'reservation-id': lambda one: [one.reservation_id],
    'launch-index': lambda one: [one.ami_launch_index],
    'launch-time': lambda one: [
        one.launch_time.strftime('%Y-%m-%dT%H:%M:%S.000Z')],
    'key-name': lambda one: [one.key_name],
    'owner-id': lambda one: [one.owner_id],
    'root-device-name': lambda one: [one.root_device_name],
    'root-device-type': lambda one: [one.root_device_type],
    'virtualization-type': lambda one: [one.virtualization_type],
    'hypervisor': lambda one: [one.hypervisor],
    'monitoring-state': lambda one: [one.monitoring_state],
    'state-reason-code': lambda one: [one.state_reason.code],
    'source-dest-check': lambda one: [str(one.source_dest_check).lower()],
    'tenancy': lambda one: ['default'],
    'placement-group-name': lambda one: [one.placement_group],
    'vpc-id': lambda one: [one.vpc_id] if one.nics else [],
    'subnet-id': lambda one: [one.subnet_id] if one.nics else [],
    'private-ip-address': lambda one: [one.private_ip],
    'private-dns-name': lambda one: [one.private_dns_name],
    'ip-address': lambda one: [one.public_ip],
    'dns-name': lambda one: [one.public_dns_name],
    'instance.group-id': lambda one: [
        group.id for group in one.groups],
    'instance.group-name': lambda one: [
        group.name for group in one.groups],
    'group-id': lambda one: [group.id for group in one.groups],
    'group-name': lambda one: [group.name for group in one.groups],
    'block-device-mapping.device-name':
        lambda one: list(one.block_device_mapping),
    'block-device-mapping.volume-id': lambda one: [
        block.volume_id for block in one.block_device_mapping.values()],
    'block-device-mapping.delete-on-termination': lambda one: [
        str(bool(block.delete_on_termination)).lower()
        for block in one.block_device_mapping.values()],
    'metadata-options.http-tokens': lambda one: [
        one.metadata_options.http_tokens],
    'network-interface.network-interface-id': _nics(lambda nic: nic.id),
    'network-interface.mac-address': _nics(lambda nic: nic.mac_address),
    'network-interface.subnet-id': _nics(lambda nic: nic.subnet.id),
    'network-interface.vpc-id': _nics(lambda nic: nic.subnet.vpc_id),
    'network-interface.description': _nics(lambda nic: nic.description),
    'network-interface.status': _nics(lambda nic: nic.status),
    'network-interface.availability-zone': _nics(
        lambda nic: nic.subnet.availability_zone),
    'network-interface.owner-id': _nics(lambda nic: nic.owner_id),
    'network-interface.group-id': lambda one: [
        group.id for nic in one.nics.values() for group in nic.group_set],
    'network-interface.attachment.attachment-id': _nics(
        lambda nic: nic.attachment_id),
    'network-interface.attachment.instance-id': lambda one: [one.id],
    'network-interface.attachment.device-index': _nics(
        lambda nic: nic.device_index),
    'network-interface.attachment.status': _nics(lambda nic: 'attached'),
    'network-interface.addresses.private-ip-address': lambda one: [
        item['PrivateIpAddress'] for nic in one.nics.values()
        for item in nic.private_ip_addresses],
    'network-interface.private-dns-name': lambda one: [
        one.private_dns_name],
}
"""What each filter of DescribeInstances looks at."""


def matching(instances: Iterable[StrictInstance],
             filters: list[dict[str, Any]]) -> Iterator[StrictInstance]:
    """The instances that pass every filter; values may have wildcards."""
    return filtering.matching(
        instances, filters, FILTERS,
        lambda one: one.ec2_backend.tags_of(one.id))


def page(instances: Iterable[StrictInstance], params: dict[str, Any],
         limit: int, empty_pages: bool
         ) -> tuple[list[StrictInstance], str]:
    """One page in the order of launch, and the token of the next or ''.

    :param limit: pages are no longer than this, 0 for EC2's own limits
    :param empty_pages: every page comes after an empty one
    """
    size = _page_size(params, limit)
    after, empty_done = _read_token(params.get('NextToken'))
    rest = sorted((one for one in instances if one.serial > after),
                  key=lambda one: one.serial)
    if empty_pages and not empty_done and size is not None:
        return [], _token(after, True)
    if size is None or len(rest) <= size:
        return rest, ''
    return rest[:size], _token(rest[size - 1].serial, False)


def _page_size(params: dict[str, Any], limit: int) -> int | None:
    wanted = params.get('MaxResults')
    if wanted is None and not params.get('NextToken'):
        return limit or None
    size = PAGE_MAX if wanted is None else int(wanted)
    if not PAGE_MIN <= size <= PAGE_MAX:
        raise Refusal('InvalidParameterValue',
                      f'Value ( {size} ) for parameter maxResults is '
                      f'invalid. Expecting a value of {PAGE_MIN} to '
                      f'{PAGE_MAX}.')
    return min(size, limit) if limit else size


def _token(serial: int, empty_done: bool) -> str:
    return base64.urlsafe_b64encode(
        f'{serial}:{int(empty_done)}'.encode()).decode()


def _read_token(token: str | None) -> tuple[int, bool]:
    if not token:
        return 0, False
    try:
        serial, _, done = base64.urlsafe_b64decode(
            token).decode().partition(':')
        return int(serial), done == '1'
    except ValueError:
        raise Refusal('InvalidParameterValue',
                      'Unable to parse pagination token') from None
