# SPDX-License-Identifier: Apache-2.0
"""RunInstances' parameters, read and checked; nothing is changed here."""

import base64
import binascii
import dataclasses
from typing import Any

from moto.ec2.utils import filter_iam_instance_profiles, parse_user_data

from nova_ec2.emulator import (
    attachments,
    disks,
    firmware,
    hibernation,
    networks,
    spots,
    tagging,
    types,
    volume_limits,
)
from nova_ec2.emulator.errors import Refusal, only

USER_DATA_MAX = 16384
SUPPORTED = frozenset({
    'BlockDeviceMappings', 'ClientToken', 'CpuOptions', 'DisableApiStop',
    'HibernationOptions',
    'DisableApiTermination', 'DryRun', 'EbsOptimized', 'IamInstanceProfile',
    'ImageId', 'InstanceInitiatedShutdownBehavior', 'InstanceMarketOptions',
    'InstanceType', 'KeyName', 'MaxCount', 'MetadataOptions', 'MinCount',
    'Monitoring', 'NetworkInterfaces', 'Placement', 'PrivateIpAddress',
    'SecurityGroupIds', 'SecurityGroups', 'SubnetId', 'TagSpecifications',
    'UserData'})
"""Parameters that have their effect; any other is refused."""
TAGGABLE = ('instance', 'volume', 'network-interface',
            'spot-instances-request')


@dataclasses.dataclass(frozen=True, slots=True)
class Spec:
    """What an instance is to be."""

    image: Any
    instance_type: str
    vcpus: int
    subnet: Any
    interfaces: tuple[networks.InterfaceSpec, ...]
    devices: tuple[disks.Device, ...]
    tags: dict[str, dict[str, str]]
    least: int
    most: int
    key_name: str | None
    user_data: Any
    metadata_options: dict[str, Any]
    client_token: str
    disable_api_termination: bool
    disable_api_stop: bool
    shutdown_behavior: str
    ebs_optimized: bool
    monitoring: str
    iam_instance_profile: Any
    spot: bool
    placement_group: str | None = None
    hibernation: bool = False
    sev_snp: bool = False


def read(backend: Any, params: dict[str, Any]) -> Spec:
    """Read the parsed parameters; refuses as EC2 would."""
    only(params, SUPPORTED, 'RunInstances')
    least, most = _counts(params)
    image = backend.launchable_image(params.get('ImageId') or '')
    name = params.get('InstanceType') or 'm1.small'
    known = types.require(name, backend.region_name)
    types.require_architecture(name, known, image.architecture)
    types.require_ena(name, image.ena_support)
    sev_snp = firmware.sev_snp(params, hibernation.configured(params))
    firmware.check(image, name, known, sev_snp)
    interfaces = networks.read(backend, params, most)
    attachments.check_count(name, len(interfaces))
    for one in interfaces:
        attachments.check_addresses(name, one.addresses,
                                    one.ipv6_addresses)
    subnet = interfaces[0].subnet
    types.require_in_zone(name, subnet.availability_zone,
                          backend.region_name)
    group = (params.get('Placement') or {}).get('GroupName') or None
    if group:
        backend.check_placement(group, name, subnet.availability_zone)
    metadata = _metadata({**_of_image(image),
                          **(params.get('MetadataOptions') or {})})
    devices = disks.resolve(backend, image.devices,
                            params.get('BlockDeviceMappings') or [])
    volume_limits.check_count(name, len(interfaces), len(devices))
    if hibernation.configured(params):
        hibernation.check(backend, image, name, known, devices)
    return Spec(
        image=image, instance_type=name,
        vcpus=known['VCpuInfo']['DefaultVCpus'], subnet=subnet,
        interfaces=interfaces, placement_group=group,
        devices=devices, hibernation=hibernation.configured(params),
        sev_snp=sev_snp,
        tags=_tags(params, metadata), least=least, most=most,
        key_name=_key(backend, params.get('KeyName')),
        user_data=_user_data(params.get('UserData')),
        metadata_options=metadata,
        client_token=params.get('ClientToken') or '',
        disable_api_termination=bool(params.get('DisableApiTermination')),
        disable_api_stop=bool(params.get('DisableApiStop')),
        shutdown_behavior=(params.get('InstanceInitiatedShutdownBehavior')
                           or 'stop'),
        ebs_optimized=bool(params.get('EbsOptimized')),
        monitoring=('enabled' if (params.get('Monitoring') or {}).get(
            'Enabled') else 'disabled'),
        iam_instance_profile=_profile(
            backend, params.get('IamInstanceProfile')),
        spot=spots.wanted(params,
                          hibernation=hibernation.configured(params)))


def _counts(params: dict[str, Any]) -> tuple[int, int]:
    for name in ('MinCount', 'MaxCount'):
        if params.get(name) is None:
            raise Refusal('MissingParameter', 'The request must contain the '
                          f'parameter {name}')
    least, most = int(params['MinCount']), int(params['MaxCount'])
    if least < 1 or most < least:
        raise Refusal('InvalidParameterValue',
                      f'MinCount ({least}) must be at least 1 and at most '
                      f'MaxCount ({most}).')
    return least, most


def _key(backend: Any, name: str | None) -> str | None:
    if name and name not in backend.key_pairs:
        raise Refusal('InvalidKeyPair.NotFound',
                      f"The key pair '{name}' does not exist")
    return name or None


def _user_data(text: str | None) -> Any:
    if not text:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal('InvalidParameterValue',
                      'Invalid BASE64 encoding of user data.') from None
    if len(raw) > USER_DATA_MAX:
        raise Refusal('InvalidParameterValue',
                      f'User data is limited to {USER_DATA_MAX} bytes')
    return parse_user_data(text)


def _of_image(image: Any) -> dict[str, Any]:
    """Metadata options that an AMI brings where none are given."""
    if image.imds_support != 'v2.0':
        return {}
    return {'HttpTokens': 'required', 'HttpPutResponseHopLimit': 2}


def _metadata(options: dict[str, Any]) -> dict[str, Any]:
    hops = options.get('HttpPutResponseHopLimit')
    if hops is not None and not 1 <= int(hops) <= 64:
        raise Refusal('InvalidParameterValue',
                      f'Value ({hops}) for parameter '
                      'HttpPutResponseHopLimit is invalid. It must be 1 to '
                      '64.')
    for name, values in (('HttpTokens', ('optional', 'required')),
                         ('HttpEndpoint', ('enabled', 'disabled')),
                         ('InstanceMetadataTags', ('enabled', 'disabled'))):
        if options.get(name) not in (None, *values):
            raise Refusal('InvalidParameterValue',
                          f'Value ({options[name]}) for parameter {name} is '
                          f'invalid. It must be {" or ".join(values)}.')
    return options


def _tags(params: dict[str, Any],
          metadata: dict[str, Any]) -> dict[str, dict[str, str]]:
    tags = tagging.specifications(
        params.get('TagSpecifications') or [], TAGGABLE)
    if metadata.get('InstanceMetadataTags') == 'enabled':
        tagging.check_for_metadata(tags.get('instance', {}))
    return tags


def _profile(backend: Any, wanted: dict[str, Any] | None) -> Any:
    if not wanted:
        return None
    return filter_iam_instance_profiles(
        backend.account_id, partition=backend.partition,
        iam_instance_profile_arn=wanted.get('Arn'),
        iam_instance_profile_name=wanted.get('Name'))
