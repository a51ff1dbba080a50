# SPDX-License-Identifier: Apache-2.0
"""ModifyInstanceAttribute and DescribeInstanceAttribute.

"To modify some attributes, the instance must be stopped",
ModifyInstanceAttribute, Amazon EC2 API Reference.
"""

import base64
from typing import Any

from moto.core.types import Base64EncodedString

from nova_ec2.emulator import firmware, networks, types
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance
from nova_ec2.emulator.spec import USER_DATA_MAX

STOPPED_ONLY = frozenset({'InstanceType', 'UserData', 'EbsOptimized'})
PLAIN = {
    'DisableApiTermination': 'disable_api_termination',
    'DisableApiStop': 'disable_api_stop',
    'InstanceInitiatedShutdownBehavior':
        'instance_initiated_shutdown_behavior',
    'SourceDestCheck': 'source_dest_check',
    'EbsOptimized': 'ebs_optimized'}
"""Attributes that are kept as they are, and where."""


def modify(backend: Any, instance: StrictInstance,
           params: dict[str, Any]) -> None:
    """Change the one attribute that is given."""
    name, value = _change(params)
    if name in STOPPED_ONLY and instance.state != 'stopped':
        raise Refusal('IncorrectInstanceState',
                      f"The instance '{instance.id}' is not in the "
                      "'stopped' state.")
    if name in ('Groups', 'SourceDestCheck') and len(instance.nics) != 1:
        raise Refusal('InvalidInstanceID',
                      'There are multiple interfaces attached to instance '
                      f"'{instance.id}'. Please specify an interface ID for "
                      'the operation instead.')
    if name == 'InstanceType':
        _modify_type(backend, instance, value)
    elif name == 'UserData':
        _modify_user_data(instance, value)
    elif name == 'Groups':
        _modify_groups(backend, instance, value)
    elif name == 'BlockDeviceMappings':
        _modify_disks(instance, value)
    elif name in PLAIN:
        setattr(instance, PLAIN[name], _plain(value))
    else:
        raise Refusal('UnsupportedOperation',
                      f'This emulator cannot modify {name}.')


def describe(instance: StrictInstance, attribute: str) -> dict[str, Any]:
    """The answer of DescribeInstanceAttribute."""
    name = attribute[:1].upper() + attribute[1:]
    value: Any
    if name == 'GroupSet':
        name, value = 'Groups', [{'GroupId': group.id,
                                  'GroupName': group.name}
                                 for group in instance.groups]
    elif name == 'UserData':
        value = {'Value': instance.user_data} if instance.user_data else {}
    elif name == 'InstanceType':
        value = {'Value': instance.instance_type}
    elif name == 'RootDeviceName':
        value = {'Value': instance.root_device_name}
    elif name == 'BlockDeviceMapping':
        name, value = 'BlockDeviceMappings', instance.block_device_mappings
    elif name in PLAIN:
        value = {'Value': getattr(instance, PLAIN[name])}
    else:
        raise Refusal('InvalidParameterValue',
                      f'Value ({attribute}) for parameter attribute is '
                      'invalid. Unknown attribute.')
    return {'InstanceId': instance.id, name: value}


def _change(params: dict[str, Any]) -> tuple[str, Any]:
    changes = {name: value for name, value in params.items()
               if name not in ('InstanceId', 'DryRun', 'Attribute', 'Value',
                               'Force')}
    if params.get('Attribute'):
        attribute = params['Attribute']
        changes[attribute[:1].upper() + attribute[1:]] = params.get('Value')
    if len(changes) != 1:
        raise Refusal('InvalidParameterCombination',
                      'Fields for multiple attribute types specified: '
                      f'{", ".join(sorted(changes)) or "none"}')
    return next(iter(changes.items()))


def _plain(value: Any) -> Any:
    value = value.get('Value') if isinstance(value, dict) else value
    return {'true': True, 'false': False}.get(value, value) \
        if isinstance(value, str) else value


def _modify_type(backend: Any, instance: StrictInstance, value: Any) -> None:
    name = _plain(value)
    known = types.require(name, backend.region_name)
    types.require_in_zone(name, instance.availability_zone or '',
                          backend.region_name)
    types.require_architecture(name, known, instance.architecture)
    firmware.check(instance, name, known, instance.sev_snp)
    instance.instance_type = name
    instance.vcpus = known['VCpuInfo']['DefaultVCpus']


def _modify_user_data(instance: StrictInstance, value: Any) -> None:
    raw = _plain(value) or b''
    raw = raw.encode() if isinstance(raw, str) else raw
    if len(raw) > USER_DATA_MAX:
        raise Refusal('InvalidParameterValue',
                      f'User data is limited to {USER_DATA_MAX} bytes')
    instance.user_data = (Base64EncodedString(
        base64.b64encode(raw).decode()) if raw else None)


def _modify_groups(backend: Any, instance: StrictInstance,
                   ids: list[str]) -> None:
    instance.nics[0]._group_set = list(networks.groups(
        backend, instance.nics[0].subnet, {'Groups': ids}))


def _modify_disks(instance: StrictInstance,
                  mappings: list[dict[str, Any]]) -> None:
    for mapping in mappings:
        block = instance.block_device_mapping.get(mapping['DeviceName'])
        if block is None:
            raise Refusal('InvalidInstanceAttributeValue',
                          f'No device is currently mapped at '
                          f'{mapping["DeviceName"]}')
        block.delete_on_termination = (mapping.get('Ebs') or {}).get(
            'DeleteOnTermination', block.delete_on_termination)
