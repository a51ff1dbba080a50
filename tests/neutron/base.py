# SPDX-License-Identifier: Apache-2.0
"""The drivers inside real Neutron (ML2), in front of an emulated EC2.

Neutron's API, plug-ins and database run in this process; EC2 is asked over
HTTP. Tests look at both ends: Neutron's API and the emulator's truth.
"""

import functools
import ipaddress
import uuid

from neutron.conf.plugins.ml2 import config as ml2_config
from neutron.conf.plugins.ml2.drivers import driver_type
from neutron.objects import securitygroup_default_rules as default_rules
from neutron.tests.common import helpers
from neutron.tests.common import test_db_base_plugin_v2 as neutron_base
from neutron_lib import context
from neutron_lib.plugins import directory
from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron.db import models as _models  # noqa: F401
from tests.functional.fixtures.emulator import Emulator

CLOUD = 'cloud-test'
ZONE = 'us-east-1a'
PATIENCE = 120
EC2_HOST = 'ec2-us-east-1a'
PRIVATE_HOST = 'private-1'
"""Served by Neutron's Open vSwitch driver: it has an agent."""

PROJECT = neutron_base.TEST_PROJECT_ID


class NeutronTestCase(neutron_base.NeutronDbPluginV2TestCase):
    """ML2 with our mechanism driver beside Open vSwitch's.

    :cvar EMULATOR: settings of the emulator
    :cvar OPTIONS: of [ml2_ec2]
    :cvar SERVICES: service plug-ins
    """

    EMULATOR: dict = {}
    OPTIONS: dict = {}
    SERVICES: tuple = ('flavors', 'router')
    EXTENSIONS: tuple = ('port_security',)
    TYPES: tuple = ('local', 'flat', 'vlan')

    def setUp(self):
        self.emulator = Emulator(**self.EMULATOR)
        self.emulator.setUp()
        self.addCleanup(self.emulator.cleanUp)
        self.control, self.ec2 = self.emulator.control, self.emulator.ec2
        self._set_options()
        super().setUp('ml2', service_plugins=list(self.SERVICES))
        self.port_create_status = 'DOWN'
        self.plugin = directory.get_plugin()
        self.plugin.start_rpc_listeners()
        helpers.register_ovs_agent(host=PRIVATE_HOST)
        self._note_default_rules()
        self.vpc_subnet = self.emulator.default_subnet(ZONE)
        self.vpc_id = self.vpc_subnet['VpcId']

    def _set_options(self):
        ec2_conf.register_opts(cfg.CONF)
        ml2_config.register_ml2_plugin_opts()
        driver_type.register_ml2_drivers_vlan_opts()
        for group, values in (
                ('ml2', {'mechanism_drivers': ['openvswitch', 'ec2'],
                         'type_drivers': list(self.TYPES),
                         'project_network_types': ['local'],
                         'extension_drivers': list(self.EXTENSIONS)}),
                ('ml2_ec2', {'hosts': ['ec2-*'], **self.OPTIONS}),
                ('ec2', {'cloud_id': CLOUD, 'region_name': 'us-east-1',
                         'endpoint_url': self.emulator.endpoint_url,
                         'access_key_id': self.emulator.access_key_id,
                         'secret_access_key':
                             self.emulator.secret_access_key})):
            for name, value in values.items():
                cfg.CONF.set_override(name, value, group=group)
                self.addCleanup(cfg.CONF.clear_override, name, group=group)

    def _note_default_rules(self):
        """What Neutron's migrations write: the rules of new groups."""
        for ethertype in ('IPv4', 'IPv6'):
            for direction, remote in (('egress', None),
                                      ('ingress', 'PARENT')):
                default_rules.SecurityGroupDefaultRule(
                    self.admin(), id=str(uuid.uuid4()), direction=direction,
                    ethertype=ethertype, remote_group_id=remote,
                    used_in_default_sg=True,
                    used_in_non_default_sg=remote is None).create()

    @property
    def driver(self):
        """Our mechanism driver."""
        return self.plugin.mechanism_manager.mech_drivers['ec2'].obj

    @functools.cached_property
    def reconciler(self):
        """What the elected process has."""
        return self.driver.reconciler()

    def round(self):
        """What the elected process does every so often."""
        self.reconciler.round()

    @staticmethod
    def admin():
        """An administrator's context."""
        return context.get_admin_context()

    # Neutron's API

    def ask(self, method, path, body=None, expect=None, who='admin'):
        """One request.

        :param expect: the status; any success where None
        :param who: ``admin``, ``member`` of the project, or ``service``
        :returns: the answer's body, or its error
        """
        make = getattr(self, f'_{who}_req')
        resource, _, rest = path.strip('/').partition('/')
        identity, _, action = rest.partition('/')
        response = make(method, resource, body, id=identity or None,
                        action=action or None).get_response(self.api)
        status = response.status_int
        wanted = [expect] if expect else range(200, 300)
        self.assertIn(status, wanted, response.body)
        answer = response.json if response.body else {}
        return answer.get('NeutronError', answer)

    def post(self, kind, expect=None, who='admin', **attributes):
        """POST /{kind}s."""
        attributes.setdefault('project_id', PROJECT)
        answer = self.ask('POST', _path(kind), {kind: attributes}, expect,
                          who)
        return answer.get(kind, answer)

    def put(self, kind, what, expect=None, who='admin', **attributes):
        """PUT /{kind}s/{id}."""
        answer = self.ask('PUT', f'{_path(kind)}/{what["id"]}',
                          {kind: attributes}, expect, who)
        return answer.get(kind, answer)

    def remove(self, kind, what, expect=None, who='admin'):
        """DELETE /{kind}s/{id}."""
        return self.ask('DELETE', f'{_path(kind)}/{what["id"]}', None,
                        expect, who)

    def get(self, kind, what):
        """GET /{kind}s/{id}."""
        return self.ask('GET', f'{_path(kind)}/{what["id"]}')[kind]

    # Networks and ports

    def make_network(self, cidr=None, **attributes):
        """A network with a subnet of the VPC subnet's block.

        :returns: both
        """
        network = self.post('network', name='net', admin_state_up=True,
                            **attributes)
        cidr = cidr or self.vpc_subnet['CidrBlock']
        # Without the addresses that EC2 keeps for itself.
        block = ipaddress.ip_network(cidr)
        subnet = self.post(
            'subnet', network_id=network['id'], ip_version=4,
            cidr=cidr, enable_dhcp=False, allocation_pools=[
                {'start': str(block[4]), 'end': str(block[-2])}])
        return network, subnet

    def make_port(self, network, expect=None, **attributes):
        """A port of a server that is not yet anywhere."""
        attributes.setdefault('device_id', str(uuid.uuid4()))
        attributes.setdefault('device_owner', 'compute:nova')
        return self.post('port', expect, network_id=network['id'],
                         **attributes)

    def to_private(self, port):
        """What Nova does when a server is built on a private host."""
        return self.put('port', port, who='service',
                        **{'binding:host_id': PRIVATE_HOST})

    def to_ec2(self, port, expect=None):
        """What nova-compute does before it launches a server on EC2."""
        place = {'vpc_id': self.vpc_id, 'zone': ZONE,
                 'subnet_id': self.vpc_subnet['SubnetId']}
        return self.put('port', port, expect, 'service',
                        **{'binding:profile': {'ec2': place}})

    def launch(self, port):
        """A server on EC2 with a port, as nova-compute makes it.

        :returns: the port as it is then
        """
        self.to_ec2(port)
        groups = self.mirrored()
        names = port['security_groups'] or [
            tag_keys.GROUP_NONE if port['port_security_enabled']
            else tag_keys.GROUP_ALL]
        tags = [{'Key': tag_keys.CLOUD, 'Value': CLOUD},
                {'Key': tag_keys.SERVER, 'Value': port['device_id']}]
        instance = self.ec2.run_instances(
            ImageId=self.emulator.ami, InstanceType='t3.micro', MinCount=1,
            MaxCount=1, NetworkInterfaces=[{
                'DeviceIndex': 0, 'SubnetId': self.vpc_subnet['SubnetId'],
                'Groups': [groups[name]['GroupId'] for name in names],
                'PrivateIpAddress': port['fixed_ips'][0]['ip_address']}],
            TagSpecifications=[
                {'ResourceType': kind, 'Tags': tags}
                for kind in ('instance', 'network-interface')],
        )['Instances'][0]
        interface = instance['NetworkInterfaces'][0]
        return self.put('port', port, who='service', **{
            'mac_address': interface['MacAddress'],
            'binding:host_id': EC2_HOST, 'binding:profile': {'ec2': {
                'vpc_id': self.vpc_id, 'zone': ZONE,
                'subnet_id': self.vpc_subnet['SubnetId'],
                'interface_id': interface['NetworkInterfaceId']}}})

    def launched(self, network, **attributes):
        """A port of a server on EC2."""
        return self.launch(self.make_port(network, **attributes))

    # EC2's truth

    def mirrored(self):
        """EC2's groups of this cloud, by the ids of Neutron's."""
        found = self.ec2.describe_security_groups(Filters=[
            {'Name': f'tag:{tag_keys.CLOUD}', 'Values': [CLOUD]}])
        return {_tag(group['Tags'], tag_keys.SECURITY_GROUP): group
                for group in found['SecurityGroups']}

    def interface(self, port):
        """EC2's interface of a port."""
        eni = port['binding:profile']['ec2']['interface_id']
        return self.ec2.describe_network_interfaces(
            NetworkInterfaceIds=[eni])['NetworkInterfaces'][0]


def _path(kind):
    return f'{kind}s'.replace('_', '-')


def _tag(tags, key):
    return next((tag['Value'] for tag in tags if tag['Key'] == key), None)
