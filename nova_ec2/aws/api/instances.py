# SPDX-License-Identifier: Apache-2.0
"""EC2 instances: every call we make of them."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws import fast_parsing, pacing, parsing
from nova_ec2.aws.api.interfaces import asked_addresses
from nova_ec2.aws.call import Caller
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import (
    Candidate,
    Disk,
    InterfaceRequest,
    LaunchRequest,
)
from nova_ec2.models.market import SPOT
from nova_ec2.models.server import Server

# DescribeInstances returns at most this many a page, and takes this many ids.
PAGE = 1000

# EC2's limit of values in a filter.
_VALUES = 200

_ALIVE = ('pending', 'running', 'stopping', 'stopped', 'shutting-down')
_INSTANCE_ID = re.compile(r'\bi-[0-9a-f]{8,17}\b')


class Instances:
    """RunInstances, DescribeInstances and what changes an instance."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call
        self._take_turn = caller.take_turn
        self._room = caller.room

    def room_to_run(self) -> float:
        """How much of EC2's burst of RunInstances is unused, from 0 to 1."""
        return self._room('run_instances')

    def take_turn_to_run(self) -> None:
        """Wait until RunInstances may be called; who comes meanwhile joins.

        :raises Throttled: code ``LocalPacing``: there was no turn in time
        """
        self._take_turn('run_instances')

    def run(self, request: LaunchRequest, candidate: Candidate,
            token: str, *, turn_taken: bool = False) -> Server:
        """Launch one server (RunInstances). The same token launches once.

        :param token: at most 64 ASCII characters
        :param turn_taken: :meth:`take_turn_to_run` was called before
        :returns: the server as EC2 first shows it, its interfaces' MACs and
            addresses already final
        :raises CapacityExhausted: another candidate may do
        :raises OutcomeUnknown: even repeating the token gave no answer
        """
        answer = self._call('run_instances', turn_taken=turn_taken,
                            **_run_parameters(request, candidate, token))
        return parsing.server(answer['Instances'][0])

    def run_many(self, requests: Sequence[LaunchRequest],
                 candidate: Candidate, token: str) -> list[Server | None]:
        """Launch servers that are alike by one RunInstances.

        Their uuids are in the call, as a manifest in the tags; each server
        is the one at its AmiLaunchIndex.

        The caller has called :meth:`take_turn_to_run` before.

        :param requests: equal by ``alike()``, at most ``MANIFEST_MOST``
        :returns: in order; None for those that EC2 had no room for
        """
        common = requests[0].alike()
        manifest = tag_keys.manifest([request.owner.server_uuid
                                      for request in requests])
        tags = (*common.tags, *manifest.items())
        parameters = _run_parameters(
            dataclasses.replace(common, tags=tags), candidate, token)
        parameters['MaxCount'] = len(requests)
        answer = self._call('run_instances', turn_taken=True, **parameters)
        launched: list[Server | None] = [None] * len(requests)
        for raw in answer['Instances']:
            launched[raw.get('AmiLaunchIndex', 0)] = parsing.server(raw)
        return launched

    def describe(self, instance_ids: Sequence[str]) -> dict[str, Server]:
        """Read instances by id (DescribeInstances), at most 1000.

        :returns: by id; ids that EC2 does not know are absent. EC2 may not
            know an id for some seconds after the launch.
        """
        wanted = set(instance_ids)
        while wanted:
            try:
                answer = self._call('describe_instances',
                                    InstanceIds=sorted(wanted))
            except exc.NotFound as error:
                unknown = wanted & set(_INSTANCE_ID.findall(error.message))
                if not unknown:
                    return self._describe_singly(wanted)
                wanted -= unknown
                continue
            return {server.instance_id: server for server in _servers(answer)}
        return {}

    def _describe_singly(self, instance_ids: Iterable[str]
                         ) -> dict[str, Server]:
        found = {}
        for instance_id in instance_ids:
            try:
                answer = self._call('describe_instances',
                                    InstanceIds=[instance_id])
            except exc.NotFound:
                continue
            found.update({server.instance_id: server
                          for server in _servers(answer)})
        return found

    def find(self, tags: Mapping[str, str], key: str = '') -> list[Server]:
        """All instances, terminated ones too, that carry these tags.

        :param key: a tag that they must have, whatever its value
        """
        filters = [{'Name': f'tag:{key}', 'Values': [value]}
                   for key, value in tags.items()]
        if key:
            filters.append({'Name': 'tag-key', 'Values': [key]})
        return list(self._paged(filters))

    def sweep(self, tags: Mapping[str, str]) -> list[Server]:
        """All instances not yet terminated that carry these tags, paged.

        A page that fails fails the sweep: half a listing is never returned.
        """
        filters = [{'Name': f'tag:{key}', 'Values': [value]}
                   for key, value in tags.items()]
        filters.append({'Name': 'instance-state-name',
                        'Values': list(_ALIVE)})
        with pacing.priority(pacing.Priority.HOUSEKEEPING):
            return list(self._paged(filters))

    def in_groups(self, names: Sequence[str]) -> list[Server]:
        """All instances not yet terminated in these placement groups."""
        found: list[Server] = []
        for begin in range(0, len(names), _VALUES):
            found += self._paged([
                {'Name': 'placement-group-name',
                 'Values': list(names[begin:begin + _VALUES])},
                {'Name': 'instance-state-name', 'Values': list(_ALIVE)}])
        return found

    def _paged(self, filters: list[dict[str, Any]]) -> Iterator[Server]:
        more: dict[str, Any] = {}
        while True:
            answer = self._call('describe_instances', Filters=filters,
                                MaxResults=PAGE, **more)
            yield from _servers(answer)
            if not answer.get('NextToken'):
                return
            more = {'NextToken': answer['NextToken']}

    def terminate(self, instance_ids: Sequence[str]) -> None:
        """TerminateInstances, idempotent; at most 1000 ids.

        EC2 terminates none where it does not know one of them, and none in
        the zone of a protected one.
        """
        self._call('terminate_instances', InstanceIds=list(instance_ids))

    def start(self, instance_ids: Sequence[str]) -> None:
        """StartInstances; starting a running instance does nothing."""
        self._call('start_instances', InstanceIds=list(instance_ids))

    def stop(self, instance_ids: Sequence[str], *,
             force: bool = False) -> None:
        """StopInstances; ``force`` does not wait for the guest."""
        self._call('stop_instances', InstanceIds=list(instance_ids),
                   Force=force)

    def hibernate(self, instance_id: str) -> None:
        """StopInstances with Hibernate: the memory goes to the root volume.

        :raises InvalidRequest: the instance was not launched for it
        """
        self._call('stop_instances', InstanceIds=[instance_id],
                   Hibernate=True)

    def tag(self, resource_ids: Sequence[str],
            tags: Mapping[str, str]) -> None:
        """CreateTags: the same tags on at most 1000 resources."""
        self._call('create_tags', Resources=list(resource_ids),
                   Tags=[{'Key': key, 'Value': value}
                         for key, value in tags.items()])

    def reboot(self, instance_id: str) -> None:
        """RebootInstances: an orderly restart inside the guest."""
        self._call('reboot_instances', InstanceIds=[instance_id])

    def console_output(self, instance_id: str) -> bytes:
        """GetConsoleOutput, the latest where the type can give it.

        :returns: at most 64 KB; empty until EC2 has collected some
        """
        try:
            answer = self._call('get_console_output',
                                InstanceId=instance_id, Latest=True)
        except exc.InvalidRequest as error:
            if error.code != 'UnsupportedOperation':
                raise
            answer = self._call('get_console_output', InstanceId=instance_id)
        # botocore has already decoded the base64 of this field to text.
        return str(answer.get('Output', '')).encode()


def _servers(answer: Mapping[str, Any]) -> Iterator[Server]:
    """The servers of a page, whoever parsed it.

    :raises ServiceFault: the answer has no listing; this is no empty one
    """
    if fast_parsing.SERVERS in answer:
        yield from answer[fast_parsing.SERVERS]
        return
    if 'Reservations' not in answer:
        raise exc.ServiceFault('the answer lists nothing, not even nothing',
                               code='Unparsable', action='DescribeInstances')
    for reservation in answer['Reservations']:
        for raw in reservation.get('Instances', ()):
            yield parsing.server(raw)


def _run_parameters(request: LaunchRequest, candidate: Candidate,
                    token: str) -> dict[str, Any]:
    tags = [{'Key': key, 'Value': value} for key, value in request.tags]
    tagged = ['instance', 'volume']
    if not all(item.interface_id for item in request.interfaces):
        tagged.append('network-interface')
    if candidate.market == SPOT:
        tagged.append('spot-instances-request')
    parameters: dict[str, Any] = {
        'ImageId': request.image_id,
        'InstanceType': candidate.instance_type,
        'MinCount': 1,
        'MaxCount': 1,
        'ClientToken': token,
        'Placement': {'AvailabilityZone': candidate.zone},
        'NetworkInterfaces': [_interface(item)
                              for item in request.interfaces],
        'TagSpecifications': [
            {'ResourceType': kind, 'Tags': tags}
            for kind in tagged],
        'MetadataOptions': {
            'HttpTokens': request.imds_tokens,
            'HttpPutResponseHopLimit': request.imds_hop_limit,
            'HttpEndpoint': 'enabled',
            'InstanceMetadataTags': ('enabled' if request.imds_tags
                                     else 'disabled')},
    }
    if candidate.market == SPOT:
        # One-time, for a persistent one launches by itself, past Nova.
        parameters['InstanceMarketOptions'] = {
            'MarketType': 'spot', 'SpotOptions': {
                'SpotInstanceType': 'one-time',
                'InstanceInterruptionBehavior': 'terminate'}}
    if candidate.group:
        parameters['Placement']['GroupName'] = candidate.group
    if request.disks:
        parameters['BlockDeviceMappings'] = [_disk(disk)
                                             for disk in request.disks]
    if request.sev_snp:
        parameters['CpuOptions'] = {'AmdSevSnp': 'enabled'}
    if request.hibernation:
        parameters['HibernationOptions'] = {'Configured': True}
    if request.key_name:
        parameters['KeyName'] = request.key_name
    if request.user_data:
        parameters['UserData'] = request.user_data  # botocore encodes it
    return parameters


def _interface(wanted: InterfaceRequest) -> dict[str, Any]:
    if wanted.interface_id:
        return {'DeviceIndex': wanted.device_index,
                'NetworkInterfaceId': wanted.interface_id}
    interface: dict[str, Any] = {
        'DeviceIndex': wanted.device_index,
        'SubnetId': wanted.subnet_id,
        'DeleteOnTermination': True,
    }
    if wanted.security_group_ids:
        interface['Groups'] = list(wanted.security_group_ids)
    interface |= asked_addresses(wanted)
    if wanted.port_id:
        interface['Description'] = f'Neutron port {wanted.port_id}'
    return interface


def _disk(wanted: Disk) -> dict[str, Any]:
    ebs: dict[str, Any] = {
        'VolumeType': wanted.volume_type,
        'DeleteOnTermination': wanted.delete_on_termination,
    }
    if wanted.size_gib:
        ebs['VolumeSize'] = wanted.size_gib
    if wanted.snapshot_id:
        ebs['SnapshotId'] = wanted.snapshot_id
    if wanted.encrypted is not None:
        ebs['Encrypted'] = wanted.encrypted
    if wanted.kms_key_id:
        ebs['KmsKeyId'] = wanted.kms_key_id
    if wanted.iops:
        ebs['Iops'] = wanted.iops
    if wanted.throughput:
        ebs['Throughput'] = wanted.throughput
    return {'DeviceName': wanted.device_name, 'Ebs': ebs}
