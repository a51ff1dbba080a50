# SPDX-License-Identifier: Apache-2.0
"""What the driver is compared with; for the benchmarks only.

Imported inside nova-compute, by compute.py.
"""

import time
from typing import Any

import boto3
import nova.conf
import os_resource_classes as orc
from botocore.exceptions import ClientError
from nova.virt import fake

from nova_ec2 import conf as ec2_conf
from nova_ec2.ops import placement_read

CONF = nova.conf.CONF
ec2_conf.register_opts(CONF)

_ENDLESS = 0x7FFFFFFF
_THROTTLED = 'RequestLimitExceeded'
_TYPE = 't3.small'


class Fake(fake.FakeDriverWithoutFakeNodes):
    """Nova's in-tree fake driver on a host without end."""

    def update_provider_tree(self, provider_tree: Any, nodename: str,
                             allocations: Any = None) -> None:
        provider_tree.update_inventory(nodename, {
            kind: {'total': _ENDLESS, 'min_unit': 1, 'max_unit': _ENDLESS,
                   'step_size': 1, 'allocation_ratio': 1.0, 'reserved': 0}
            for kind in (orc.VCPU, orc.MEMORY_MB, orc.DISK_GB)})


class FakeItem5(Fake):
    """The same, without Nova's read of all allocations at each build."""

    def init_host(self, host: str) -> None:
        super().init_host(host)
        if not placement_read.install(self, CONF):
            raise SystemExit('item 5 does not work with this Nova')


class Earlier(Fake):
    """EC2 the way that earlier drivers asked it.

    One RunInstances a server, one DescribeInstances a second for each, tags
    when it runs. The kinder figures of both are taken: one client for all,
    and a throttled call is tried again until it is served, where they gave
    up.
    """

    def init_host(self, host: str) -> None:
        super().init_host(host)
        options = CONF.ec2
        self._ec2 = boto3.session.Session().client(
            'ec2', region_name=options.region_name,
            endpoint_url=options.endpoint_url,
            aws_access_key_id=options.access_key_id,
            aws_secret_access_key=options.secret_access_key)

    def spawn(self, context: Any, instance: Any, image_meta: Any,
              injected_files: Any, admin_password: Any, allocations: Any,
              network_info: Any = None, block_device_info: Any = None,
              **others: Any) -> None:
        made = self._until_served(
            self._ec2.run_instances, MinCount=1, MaxCount=1,
            ImageId=instance.system_metadata['image_ec2_ami_id'],
            InstanceType=_TYPE, NetworkInterfaces=[_interface(network_info)])
        instance_id = made['Instances'][0]['InstanceId']
        while self._state(instance_id) != 'running':
            time.sleep(1)
        self._until_served(self._ec2.create_tags, Resources=[instance_id],
                           Tags=[{'Key': 'server', 'Value': instance.uuid}])
        super().spawn(context, instance, image_meta, injected_files,
                      admin_password, allocations, network_info,
                      block_device_info, **others)

    def _state(self, instance_id: str) -> str:
        seen = self._until_served(self._ec2.describe_instances,
                                  InstanceIds=[instance_id])
        return str(seen['Reservations'][0]['Instances'][0]['State']['Name'])

    @staticmethod
    def _until_served(call: Any, **parameters: Any) -> Any:
        while True:
            try:
                return call(**parameters)
            except ClientError as error:
                if error.response['Error']['Code'] != _THROTTLED:
                    raise
            time.sleep(1)


def _interface(network_info: Any) -> dict[str, Any]:
    """An interface with the address of the server's first port, if any."""
    interface = {'DeviceIndex': 0, 'SubnetId': CONF.ec2.subnet_id}
    for vif in network_info or ():
        interface['PrivateIpAddress'] = vif.fixed_ips()[0]['address']
        break
    return interface
