# SPDX-License-Identifier: Apache-2.0
"""Ports lie in the subnets that Neutron says, in the zone of the host."""

import contextlib
import threading

from neutronclient.common import exceptions as neutron_exc
from nova.tests.functional.api import client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase
from tests.functional.nova.test_mapping import ED25519
from tests.functional.nova.zones import HOST_B, ZONE_B, ZonesCase


class MadeByNovaTest(ZonesCase):
    """Ports that Nova makes for the request go where the host is."""

    def setUp(self):
        super().setUp()
        self.start_b()

    def test_it_is_moved_to_the_hosts_zone_before_the_launch(self):
        server = self.boot_on(HOST_B)
        port = self.assert_agreed(server, ZONE_B)
        first = next(sent for port_id, sent in self.neutron.updates
                     if port_id == port['id'] and 'fixed_ips' in sent)
        self.assertEqual([{'subnet_id': self.in_b}], first['fixed_ips'])
        self.assertEqual(
            {'vpc_id': self.vpc_id, 'subnet_id': self.subnet_b,
             'zone': ZONE_B}, first['binding:profile']['ec2'])

    def test_it_stays_where_it_is_in_the_hosts_zone(self):
        server = self.boot_on(base.HOST)
        port = self.assert_agreed(server, base.ZONE)
        self.assertEqual([], [sent for port_id, sent in self.neutron.updates
                              if port_id == port['id']
                              and 'fixed_ips' in sent])

    def test_the_guest_is_told_the_gateway_of_the_other_zone(self):
        server = self.boot_on(HOST_B)
        vif, = self.record(server).get_network_info()
        subnet, = vif['network']['subnets']
        self.assertEqual(
            (self.cidr_b, self.neutron._subnets[self.in_b]['gateway_ip']),
            (subnet['cidr'], subnet['gateway']['address']))

    def test_with_a_config_drive(self):
        server = self.boot_on(HOST_B, config_drive=True)
        self.assert_agreed(server, ZONE_B)

    def test_a_further_one_is_moved_likewise(self):
        server = self.boot_on(HOST_B)
        made = self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'net_id': self.network_id}}).body[
                'interfaceAttachment']
        port = self.neutron.show_port(made['port_id'])['port']
        nic = self.nics(server)[1]
        self.assertEqual(
            (self.subnet_b, nic['private_address'], nic['interface_id']),
            (nic['subnet_id'], port['fixed_ips'][0]['ip_address'],
             port['binding:profile']['ec2']['interface_id']))
        self.assertEqual(
            port['fixed_ips'][0]['ip_address'],
            self.record(server).get_network_info()[1].fixed_ips()[0][
                'address'])

    def test_an_address_asked_for_is_not_moved(self):
        address = self.neutron._pools[self.in_a][50]
        words = self.forced(HOST_B, networks=[{
            'uuid': self.network_id, 'fixed_ip': address}])
        for word in (address, base.ZONE, ZONE_B):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())

    def test_another_subnet_of_the_zone_where_the_first_is_full(self):
        made = self.ec2.create_subnet(
            VpcId=self.vpc_id, CidrBlock='172.31.240.0/24',
            AvailabilityZone=ZONE_B)['Subnet']['SubnetId']
        more = self.neutron.add_subnet('172.31.240.0/24')
        self.neutron.put_on_ec2(more, made, ZONE_B)
        self.neutron.fill(self.in_b)
        server = self.boot_on(HOST_B)
        self.assertEqual(made, self.nics(server)[0]['subnet_id'])

    def test_a_subnet_that_is_new_is_seen_at_once(self):
        network_id = self.neutron.add_network()
        made = self.ec2.create_subnet(
            VpcId=self.vpc_id, CidrBlock='172.31.240.0/24',
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        more = self.neutron.add_subnet('172.31.240.0/24', network_id)
        self.neutron.put_on_ec2(more, made, base.ZONE)
        wanted = {'networks': [{'uuid': network_id}]}
        self.boot_on(base.HOST, **wanted)
        self.assertIn(network_id, self.forced(HOST_B, **wanted))
        made = self.ec2.create_subnet(
            VpcId=self.vpc_id, CidrBlock='172.31.241.0/24',
            AvailabilityZone=ZONE_B)['Subnet']['SubnetId']
        more = self.neutron.add_subnet('172.31.241.0/24', network_id)
        self.neutron.put_on_ec2(more, made, ZONE_B)
        server = self.boot_on(HOST_B, **wanted)
        self.assertEqual(made, self.nics(server)[0]['subnet_id'])

    def test_all_servers_of_a_request_go_where_their_network_is(self):
        network_id = self.neutron.add_network()
        made = self.ec2.create_subnet(
            VpcId=self.vpc_id, CidrBlock='172.31.240.0/24',
            AvailabilityZone=ZONE_B)['Subnet']['SubnetId']
        self.neutron.put_on_ec2(self.neutron.add_subnet(
            '172.31.240.0/24', network_id), made, ZONE_B)
        self.create(networks=[{'uuid': network_id}], min_count=3,
                    max_count=3)
        for server in self.api.get_servers():
            self.until(server, 'ACTIVE')
            self.assertEqual(HOST_B, self.host_of(server))
            self.assertEqual(made, self.nics(server)[0]['subnet_id'])

    def test_a_full_zone(self):
        self.neutron.fill(self.in_b)
        words = self.forced(HOST_B)
        for word in ('no address left', ZONE_B, self.in_b):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())

    def test_an_unshelved_server_moves_to_the_other_zone(self):
        self.flags(shelved_offload_time=0)
        server = self.boot_on(base.HOST)
        self.act(server, 'shelve')
        self.until(server, 'SHELVED_OFFLOADED')
        self.assertNotIn('ec2', self.the_port(server)['binding:profile'])
        self.act(server, 'unshelve', {'host': HOST_B}, api=self.admin_api)
        self.until(server, 'ACTIVE')
        self.assertEqual(HOST_B, self.host_of(server))
        instance, = self.emulator.living()
        self.assertEqual(ZONE_B, instance['zone'])
        self.assertEqual(
            instance['private_address'],
            self.the_port(server)['fixed_ips'][0]['ip_address'])


class MadeBeforeTest(ZonesCase):
    """Ports that were there before keep their addresses."""

    def setUp(self):
        super().setUp()
        self.start_b()

    def test_the_server_goes_to_the_ports_zone(self):
        for subnet_id, host in ((self.in_b, HOST_B),
                                (self.in_a, base.HOST)):
            port = self.port_in(subnet_id)
            server = self.boot(networks=[{'port': port['id']}])
            self.assertEqual(host, self.host_of(server))
            now = self.assert_agreed(
                server, ZONE_B if host == HOST_B else base.ZONE)
            self.assertEqual(port['fixed_ips'], now['fixed_ips'])

    def test_ports_of_two_zones_find_no_host_and_the_fault_says_why(self):
        ports = [self.port_in(self.in_a), self.port_in(self.in_b)]
        words = self.refused(networks=[{'port': port['id']}
                                       for port in ports])
        for port, zone in zip(ports, (base.ZONE, ZONE_B), strict=True):
            self.assertIn(f'port {port["id"]} is in zone {zone}', words)
        self.assertEqual([], self.launches())

    def test_one_that_is_not_on_ec2_finds_no_host_here(self):
        private = self.neutron.add_subnet('10.9.0.0/23')
        self.neutron.put_on_ec2(private, '', '')
        port = self.port_in(private)
        words = self.refused(networks=[{'port': port['id']}])
        self.assertIn(f'port {port["id"]} is not on EC2', words)
        self.assertIn('in zone us-east-1a of EC2', words)

    def test_private_and_ec2_servers_each_find_their_hosts(self):
        private = self.neutron.add_subnet('10.9.0.0/23')
        self.neutron.put_on_ec2(private, '', '')
        self.start_private()
        for subnet_id, host in ((private, 'private'), (self.in_a, base.HOST),
                                (self.in_b, HOST_B)):
            port = self.port_in(subnet_id)
            server = self.boot(networks=[{'port': port['id']}])
            self.assertEqual(host, self.host_of(server))

    def test_a_network_that_is_nowhere_on_ec2_finds_no_host_here(self):
        network_id = self.neutron.add_network()
        self.neutron.put_on_ec2(self.neutron.add_subnet(
            '10.9.0.0/23', network_id), '', '')
        words = self.refused(networks=[{'uuid': network_id}])
        self.assertIn(f'network {network_id} is not on EC2', words)

    def test_a_host_that_is_forced_refuses_one_of_another_zone(self):
        port = self.port_in(self.in_b)
        words = self.forced(base.HOST, networks=[{'port': port['id']}])
        for word in (port['id'], port['fixed_ips'][0]['ip_address'],
                     f'in zone {ZONE_B} of EC2',
                     f'this host in zone {base.ZONE}'):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())
        self.assertEqual({}, self.now(port)['binding:profile'])

    def test_one_of_another_zone_is_not_attached(self):
        server = self.boot_on(base.HOST)
        port = self.port_in(self.in_b)
        self.assertRaises(
            client.OpenStackApiException, self.api.attach_interface,
            server['id'], {'interfaceAttachment': {'port_id': port['id']}})
        now = self.now(port)
        self.assertEqual(('', {}, port['fixed_ips']), (
            now['device_id'], now['binding:profile'], now['fixed_ips']))
        self.assertEqual([0], list(self.nics(server)))
        self.assertEqual(0, self.count('CreateNetworkInterface'))

    def test_a_resized_server_stays_with_its_port(self):
        self.flags(allow_resize_to_same_host=True)
        port = self.port_in(self.in_b)
        server = self.boot(networks=[{'port': port['id']}])
        self.act(server, 'resize', {'flavorRef': self.flavor(
            vcpu=2, memory_mb=8192)})
        self.until(server, 'VERIFY_RESIZE')
        self.assert_agreed(server, ZONE_B)

    def test_an_unshelved_server_goes_to_its_ports_zone(self):
        self.flags(shelved_offload_time=0)
        port = self.port_in(self.in_b)
        server = self.boot(networks=[{'port': port['id']}])
        self.act(server, 'shelve')
        self.until(server, 'SHELVED_OFFLOADED')
        self.act(server, 'unshelve')
        self.until(server, 'ACTIVE')
        self.assertEqual(HOST_B, self.host_of(server))
        self.assertEqual(port['fixed_ips'], self.now(port)['fixed_ips'])


class ChosenAddressTest(ZonesCase):
    """[ec2] port_addresses = ec2: each subnet has its own reservation."""

    START = False

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', port_addresses='ec2')
        self.reserve(self.subnet_id, self.cidr)
        self.reserve(self.subnet_b, self.cidr_b)
        self.compute = self.start_ec2()
        self.start_b()

    def reserve(self, subnet_id, cidr):
        """What Neutron hands out: 200 to 400 of the subnet."""
        first = cidr.rsplit('.', 2)[0]
        second = int(cidr.split('.')[2]) + 1
        for block in (cidr.split('/')[0].removesuffix('.0') + '.192/26',
                      f'{first}.{second}.0/24'):
            self.ec2.create_subnet_cidr_reservation(
                SubnetId=subnet_id, Cidr=block, ReservationType='explicit')

    def test_a_moved_port_follows_ec2(self):
        port = self.assert_agreed(self.boot_on(HOST_B), ZONE_B)
        self.assertNotIn(port['fixed_ips'][0]['ip_address'],
                         self.neutron._pools[self.in_b])

    def test_a_subnet_without_a_reservation(self):
        made = self.ec2.create_subnet(
            VpcId=self.vpc_id, CidrBlock='172.31.240.0/24',
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        network_id = self.neutron.add_network()
        self.neutron.put_on_ec2(self.neutron.add_subnet(
            '172.31.240.0/24', network_id), made, base.ZONE)
        words = self.refused(networks=[{'uuid': network_id}])
        for word in ('reservation', made):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())


class CrashTest(CrashTestCase, ZonesCase):
    """nova-compute dies when Neutron was told, and before and after EC2 was.
    """

    def die_in_spawn(self, method, after=False):
        port = self.port_in(self.in_a)
        self.die_at(method, after)
        server = self.create(networks=[{'port': port['id']}])
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        self.assertIn('ec2', self.now(port)['binding:profile'])
        self.wait_until(lambda: not self.compute.manager._in_progress_tasks,
                        'the build of the dead process to end')
        self.come_back()
        self.until(server, 'ERROR', fault=False)
        self.assert_nothing_left()
        self.delete(server)
        now = self.now(port)
        self.assertEqual(({}, '', port['fixed_ips']), (
            now['binding:profile'], now['device_id'], now['fixed_ips']))
        self.boot(networks=[{'port': port['id']}])

    def test_before_the_launch(self):
        self.die_in_spawn('run_instances')

    def test_after_the_launch(self):
        self.die_in_spawn('run_instances', after=True)

    def test_in_an_attachment(self):
        server = self.boot()
        port = self.port_in(self.in_a)
        self.die_at('create_network_interface', after=True)

        def attach():
            # Nobody answers: the API gives up some time later.
            with contextlib.suppress(Exception):
                self.api.attach_interface(server['id'], {
                    'interfaceAttachment': {'port_id': port['id']}})
        threading.Thread(target=attach, daemon=True).start()
        self.come_back()
        self.assertEqual([0], list(self.nics(server)))
        now = self.now(port)
        self.assertEqual(({}, ''), (now['binding:profile'],
                                    now['device_id']))


class SeveralTest(ZonesCase):
    """Several ports of one server in several subnets."""

    def another(self, cidr, vpc_id=None):
        """A network whose subnet is another of EC2's in the first zone."""
        made = self.ec2.create_subnet(
            VpcId=vpc_id or self.vpc_id, CidrBlock=cidr,
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        network_id = self.neutron.add_network()
        subnet_id = self.neutron.add_subnet(cidr, network_id)
        self.neutron.put_on_ec2(subnet_id, made, base.ZONE)
        return network_id, subnet_id, made

    def another_vpc(self):
        vpc_id = self.ec2.create_vpc(CidrBlock='10.50.0.0/16')['Vpc']['VpcId']
        return self.another('10.50.1.0/24', vpc_id)

    def test_each_interface_is_made_in_its_ports_subnet(self):
        network_id, _, made = self.another('172.31.240.0/24')
        server = self.boot(networks=[{'uuid': self.network_id},
                                     {'uuid': network_id}])
        nics = self.nics(server)
        self.assertEqual([self.subnet_id, made],
                         [nics[place]['subnet_id'] for place in (0, 1)])
        self.assertEqual(
            {(nic['private_address'], nic['mac_address'])
             for nic in nics.values()},
            {(port['fixed_ips'][0]['ip_address'], port['mac_address'])
             for port in self.neutron.ports_of(server['id'])})

    def test_two_vpcs_are_refused_at_launch(self):
        network_id, _, _ = self.another_vpc()
        words = self.refused(networks=[{'uuid': self.network_id},
                                       {'uuid': network_id}])
        self.assertIn('several VPCs', words)
        self.assertEqual([], self.launches())

    def test_one_of_another_vpc_is_attached_later(self):
        _, subnet_id, made = self.another_vpc()
        port = self.port_in(subnet_id)
        server = self.boot(networks=[{'uuid': self.network_id}])
        self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        self.assertEqual(made, self.nics(server)[1]['subnet_id'])

    def test_a_subnet_that_ec2_does_not_have(self):
        self.neutron.put_on_ec2(self.in_a, 'subnet-0123456789abcdef0',
                                base.ZONE)
        self.assertIn('subnet-0123456789abcdef0', self.refused())


class ProfileTest(ZonesCase):
    """What Neutron is told of a port, for as long as it is true."""

    def setUp(self):
        super().setUp()
        self.port = self.port_in(
            self.in_a, **{'binding:profile': {'mine': 'kept'}})
        self.server = self.boot(networks=[{'port': self.port['id']}])

    def profile(self):
        return self.now(self.port)['binding:profile']

    def test_other_keys_are_kept(self):
        self.assertEqual('kept', self.profile()['mine'])
        self.assertEqual(base.ZONE, self.profile()['ec2']['zone'])

    def test_a_port_that_outlives_its_server_is_no_longer_on_ec2(self):
        self.delete(self.server)
        self.assertEqual({'mine': 'kept'}, self.profile())

    def test_one_that_is_detached(self):
        port = self.port_in(self.in_a)
        self.api.attach_interface(self.server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        self.assertIn('ec2', self.now(port)['binding:profile'])
        self.api.detach_interface(self.server['id'], port['id'])
        self.wait_until(lambda: not self.now(port)['device_id'],
                        'the port to be free')
        self.assertEqual({}, self.now(port)['binding:profile'])

    def test_one_whose_launch_failed(self):
        self.delete(self.server)
        self.control.fault('error', 'RunInstances', code='InvalidParameter',
                           message='EC2 says no.', status=400, times=0)
        self.assertIn('EC2 says no.', self.refused(
            networks=[{'port': self.port['id']}]))
        self.assertEqual({'mine': 'kept'}, self.profile())

    def test_a_new_launch_of_the_same_server_tells_of_its_interface(self):
        before = self.profile()['ec2']['interface_id']
        self.api.post_keypair({'keypair': {
            'name': 'other', 'type': 'ssh', 'public_key': ED25519}})
        self.act(self.server, 'rebuild', {'imageRef': self.image,
                                          'key_name': 'other'})
        self.until(self.server, 'ACTIVE')
        nic, = self.emulator.living()[0]['interfaces']
        self.assertNotEqual(before, nic['interface_id'])
        self.assertEqual(nic['interface_id'],
                         self.profile()['ec2']['interface_id'])

    def test_neutrons_refusal_is_the_fault(self):
        self.delete(self.server)

        def refuse(port, wanted):
            if 'ec2' in wanted.get('binding:profile', {}):
                raise neutron_exc.Conflict(
                    message='61 rules, EC2 takes 60 of a group')
        self.neutron.before_update = refuse
        words = self.refused(networks=[{'port': self.port['id']}])
        self.assertIn('61 rules, EC2 takes 60', words)
        self.assertEqual(1, len(self.launches()))

    def test_neutron_that_does_not_tell_is_told_nothing(self):
        """Without the extension driver all is as without Neutron's side."""
        for key in ('ec2:subnet_id', 'ec2:zone'):
            for subnet in self.neutron._subnets.values():
                subnet.pop(key, None)
        self.restart()
        server = self.boot()
        self.assertEqual({}, self.the_port(server)['binding:profile'])
        self.assertEqual(self.subnet_id, self.nics(server)[0]['subnet_id'])
