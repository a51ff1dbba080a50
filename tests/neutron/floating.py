# SPDX-License-Identifier: Apache-2.0
"""Floating IPs on both ends: Neutron's API and EC2's Elastic IP addresses."""

import time
from unittest import mock

from neutron_lib.plugins import directory

from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import kinds
from nova_ec2.neutron.floating_ips_addresses import GATEWAYS
from nova_ec2.neutron.floating_ips_later import Later
from tests.neutron import base

PATIENCE = 120


def tagged(one):
    """Its tags."""
    return {tag['Key']: tag['Value'] for tag in one.get('Tags', ())}


class FloatingTestCase(base.NeutronTestCase):
    """A router between a network whose ports are on EC2 and the world."""

    SERVICES = ('flavors', 'router', 'port_forwarding', 'ec2')
    TYPES = (*base.NeutronTestCase.TYPES, 'ec2')

    def setUp(self):
        super().setUp()
        # Its thread would use the test's database.
        self.enterContext(mock.patch.object(Later, '_begin'))
        self.world = self.external()
        self.network, self.subnet = self.make_network()
        self.router = self.connect(self.world, self.subnet)

    def external(self, **attributes):
        """A network of Elastic IP addresses."""
        attributes.setdefault('provider:network_type', kinds.TYPE)
        return self.post('network', name='world', admin_state_up=True,
                         **{'router:external': True}, **attributes)

    def connect(self, external, subnet):
        """A router of both."""
        router = self.post('router', name='router', admin_state_up=True,
                           external_gateway_info={
                               'network_id': external['id']})
        self.ask('PUT', f'routers/{router["id"]}/add_router_interface',
                 {'subnet_id': subnet['id']})
        return self.get('router', router)

    def float(self, expect=None, **attributes):
        """A floating IP."""
        return self.post('floatingip', expect,
                         floating_network_id=self.world['id'], **attributes)

    def point(self, floating_ip, port, expect=None):
        return self.put('floatingip', floating_ip, expect,
                        port_id=port and port['id'])

    def status(self, floating_ip):
        return self.get('floatingip', floating_ip)['status']

    def settle(self):
        """Wait until servers have started and nothing is tried again."""
        later = directory.get_plugin('ec2').floating_ips.later
        end = time.monotonic() + PATIENCE
        while later.once():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def come(self, **attributes):
        """A port whose server has started."""
        port = self.launched(self.network, **attributes)
        self.started(port)
        return port

    def started(self, port):
        self.ec2.get_waiter('instance_running').wait(
            InstanceIds=[self.interface(port)['Attachment']['InstanceId']],
            WaiterConfig={'Delay': 0.05, 'MaxAttempts': 2400})

    # EC2's truth

    def elastic(self):
        """All Elastic IP addresses, by address."""
        return {one['PublicIp']: one for one in
                self.ec2.describe_addresses()['Addresses']}

    def foreign(self, **tags):
        """An Elastic IP address that somebody allocated."""
        made = self.ec2.allocate_address(Domain='vpc', TagSpecifications=[{
            'ResourceType': 'elastic-ip', 'Tags': [
                {'Key': getattr(tag_keys, key.upper()), 'Value': value}
                for key, value in tags.items()]}] if tags else [])
        return made['PublicIp']

    def public(self, port):
        """The Elastic IP address of a port on EC2, by private address."""
        return {one['PrivateIpAddress']: one['Association']['PublicIp']
                for one in self.interface(port)['PrivateIpAddresses']
                if 'AllocationId' in one.get('Association', ())}

    def subnets(self, network=None):
        """The blocks of the world's subnets."""
        found = self.ask('GET', 'subnets')['subnets']
        return {one['cidr'] for one in found
                if one['network_id'] == (network or self.world)['id']}

    def blocks(self, *floating_ips):
        """The blocks that the world should have."""
        return {GATEWAYS} | {f'{one["floating_ip_address"]}/32'
                             for one in floating_ips}
