# SPDX-License-Identifier: Apache-2.0
"""Projects whose networks are in AWS accounts of their own."""

import contextlib

from oslo_config import cfg

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import kinds
from nova_ec2.neutron.site import Sites
from tests.functional.fixtures.accounts import ARN, HOME, OTHER, THERE
from tests.neutron import accounts, base


class ExistingTest(accounts.AccountsTestCase):
    """A network in each account; a port of one group in both."""

    def setUp(self):
        super().setUp()
        self.here_net, self.here_sub = self.existing()
        with self.inside():
            self.there_net, self.there_sub = self.existing(THERE)

    def launch_both(self):
        group = self.post('security_group', name='both', description='')
        self.rule(group, remote_group_id=group['id'])
        here = self.launched(self.here_net, security_groups=[group['id']])
        with self.inside():
            there = self.launched(self.there_net,
                                  security_groups=[group['id']])
        return group, here, there

    def rule(self, group, **more):
        return self.post('security_group_rule', security_group_id=group['id'],
                         direction='ingress', ethertype='IPv4', **more)

    def peers(self, group):
        """The group that a mirrored group lets in, and the blocks."""
        mirrored = self.mirrored()[group['id']]
        pairs = {pair['GroupId'] for rule in mirrored['IpPermissions']
                 for pair in rule['UserIdGroupPairs']}
        blocks = {block['CidrIp'] for rule in mirrored['IpPermissions']
                  for block in rule['IpRanges']}
        return pairs == {mirrored['GroupId']}, blocks

    def test_subnets_are_found_in_all_accounts(self):
        self.assertEqual(
            [(base.ZONE, one['SubnetId'])
             for one in (self.vpc_subnet, self.there_subnet)],
            [(one['ec2:zone'], one['ec2:subnet_id'])
             for one in (self.here_sub, self.there_sub)])
        # The option, too.
        base.cfg.CONF.set_override(
            'subnet_mappings',
            {self.here_sub['id']: self.there_subnet['SubnetId']}, 'ml2_ec2')
        self.addCleanup(base.cfg.CONF.clear_override, 'subnet_mappings',
                        'ml2_ec2')
        self.driver.mapped._asked = None
        self.assertEqual(self.there_subnet['SubnetId'], self.get(
            'subnet', self.here_sub)['ec2:subnet_id'])

    def test_groups_and_interfaces_call_by_call(self):
        group, here, there = self.launch_both()
        self.assertEqual([{'security_groups': 1}] * 2,
                         [self.kinds(HOME), self.kinds(OTHER)])
        address = {port['id']: f'{port["fixed_ips"][0]["ip_address"]}/32'
                   for port in (here, there)}
        # A group is the peer in its own VPC, the others come by address.
        self.assertEqual((True, {address[there['id']]}), self.peers(group))
        with self.inside():
            self.assertEqual((True, {address[here['id']]}),
                             self.peers(group))
        self.rule(group, protocol='tcp', port_range_min=22,
                  port_range_max=22, remote_ip_prefix='192.0.2.0/24')
        self.put('port', there, port_security_enabled=False,
                 security_groups=[])
        with self.inside():
            self.assertFalse(self.interface(there)['SourceDestCheck'])
            self.assertIn(tag_keys.GROUP_ALL, self.mirrored())
        self.assertNotIn(tag_keys.GROUP_ALL, self.mirrored())
        self.assertIn('192.0.2.0/24', self.peers(group)[1])
        self.assertEqual([], self.wrong_calls())

    def test_drift_is_put_right_in_each(self):
        group, here, there = self.launch_both()
        for way, port in ((contextlib.nullcontext(), here),
                          (self.inside(), there)):
            with way:
                mirrored = self.mirrored()[group['id']]
                self.ec2.revoke_security_group_ingress(
                    GroupId=mirrored['GroupId'], IpPermissions=[
                        {'IpProtocol': '-1', 'UserIdGroupPairs': [
                            {'GroupId': mirrored['GroupId']}]}])
                self.assertFalse(self.peers(group)[0])
                self.ec2.modify_network_interface_attribute(
                    NetworkInterfaceId=self.interface(port)[
                        'NetworkInterfaceId'],
                    SourceDestCheck={'Value': False})
        self.round()
        for way, port in ((contextlib.nullcontext(), here),
                          (self.inside(), there)):
            with way:
                self.assertTrue(self.peers(group)[0])
                self.assertTrue(self.interface(port)['SourceDestCheck'])

    def test_a_group_goes_in_both(self):
        group = self.post('security_group', name='both', description='')
        for way, network in ((contextlib.nullcontext(), self.here_net),
                             (self.inside(), self.there_net)):
            with way:
                port = self.make_port(network,
                                      security_groups=[group['id']])
                self.to_ec2(port)
                self.assertIn(group['id'], self.mirrored())
                self.remove('port', port)
        self.remove('security_group', group)
        self.assertEqual([{}] * 2, [self.kinds(HOME), self.kinds(OTHER)])

    def test_a_floating_ip_is_of_the_account_of_its_port(self):
        world = self.post('network', name='world', admin_state_up=True, **{
            'provider:network_type': kinds.TYPE, 'router:external': True})
        router = self.post('router', name='r', external_gateway_info={
            'network_id': world['id']})
        for subnet in (self.here_sub, self.there_sub):
            self.ask('PUT', f'/routers/{router["id"]}/add_router_interface',
                     {'subnet_id': subnet['id']})
            if subnet is self.here_sub:
                # Both have the block of a default subnet.
                self.ask('PUT', f'/routers/{router["id"]}/'
                         f'remove_router_interface',
                         {'subnet_id': subnet['id']})
        with self.inside():
            port = self.launched(self.there_net)
        floating_ip = self.post('floatingip', port_id=port['id'],
                                floating_network_id=world['id'])
        idle = self.post('floatingip', floating_network_id=world['id'])
        self.assertEqual([{'addresses': 1}] * 2, [
            {'addresses': self.kinds(one).get('addresses')}
            for one in (HOME, OTHER)])
        refused = self.put('floatingip', idle, 400, port_id=port['id'])
        for word in ('account default', 'account research',
                     idle['floating_ip_address']):
            self.assertIn(word, refused['message'])
        self.rounds()
        for one in (floating_ip, idle):
            self.remove('floatingip', one)
        self.assertEqual([None] * 2, [self.kinds(one).get('addresses')
                                      for one in (HOME, OTHER)])
        self.assertEqual([], self.wrong_calls())


class ManagedTest(accounts.AccountsTestCase):

    def network(self, project_id, **attributes):
        return self.post('network', name='net', admin_state_up=True,
                         project_id=project_id, **attributes)

    def sub(self, network, cidr='10.0.1.0/24', expect=None):
        return self.post('subnet', expect, network_id=network['id'],
                         ip_version=4, cidr=cidr,
                         project_id=network['project_id'])

    def router(self, project_id, *subnets, **attributes):
        made = self.post('router', name='r', project_id=project_id,
                         **attributes)
        for one in subnets:
            self.join(made, one)
        return made

    def join(self, router, subnet, expect=None):
        return self.ask(
            'PUT', f'/routers/{router["id"]}/add_router_interface',
            {'subnet_id': subnet['id']}, expect)

    def test_all_of_a_project_is_in_its_account(self):
        world = self.post('network', name='world', admin_state_up=True,
                          **{'router:external': True})
        made = []
        for project_id in (base.PROJECT, THERE):
            network = self.network(project_id)
            subnet = self.sub(network)
            router = self.router(project_id, subnet, external_gateway_info={
                'network_id': world['id']})
            floating_ip = self.post('floatingip', project_id=project_id,
                                    floating_network_id=world['id'])
            made.append((network, subnet, router, floating_ip))
        whole = dict.fromkeys((
            'vpcs', 'subnets', 'route_tables', 'internet_gateways',
            'addresses'), 1)
        self.assertEqual([whole] * 2, [self.kinds(HOME), self.kinds(OTHER)])
        for account, (network, *_) in zip((HOME, OTHER), made, strict=True):
            self.assertEqual(network['id'], self.has(account)['vpcs'][0][
                tag_keys.NETWORK])
        before = len(self.control.calls())
        self.rounds()
        self.assertEqual([], [
            call['action'] for call in self.control.calls()[before:]
            if not call['action'].startswith(('Describe', 'AssumeRole',
                                              'GetCaller'))])
        self.assertEqual([], self.wrong_calls())
        for network, subnet, router, floating_ip in made:
            self.remove('floatingip', floating_ip)
            self.put('router', router, external_gateway_info=None)
            self.ask('PUT', f'/routers/{router["id"]}/'
                     f'remove_router_interface', {'subnet_id': subnet['id']})
            for kind, one in (('router', router), ('subnet', subnet),
                              ('network', network)):
                self.remove(kind, one)
        self.assertEqual([{}] * 2, [self.kinds(HOME), self.kinds(OTHER)])

    def test_what_was_made_stays_after_a_remapping(self):
        old = self.network(THERE)
        self.sub(old)
        self.remap(THERE, 'default')
        self.sub(old, '10.0.2.0/24')
        new = self.network(THERE)
        self.sub(new)
        self.assertEqual({'vpcs': 1, 'subnets': 2}, self.kinds(OTHER))
        self.assertEqual({'vpcs': 1, 'subnets': 1}, self.kinds(HOME))
        self.rounds()
        self.assertEqual({'vpcs': 1, 'subnets': 2}, self.kinds(OTHER))
        # Lost there, it comes back there.
        (subnet, _) = self.there.describe_subnets(Filters=[{
            'Name': f'tag:{tag_keys.NETWORK}',
            'Values': [old['id']]}])['Subnets']
        self.there.delete_subnet(SubnetId=subnet['SubnetId'])
        self.rounds()
        self.assertEqual({'vpcs': 1, 'subnets': 2}, self.kinds(OTHER))
        self.remove('network', old)
        self.assertEqual({}, self.kinds(OTHER))
        self.assertEqual({'vpcs': 1, 'subnets': 1}, self.kinds(HOME))

    def test_a_router_joins_networks_of_one_account_only(self):
        here = self.sub(self.network(base.PROJECT))
        there = self.sub(self.network(THERE), '10.0.9.0/24')
        router = self.router(base.PROJECT, here)
        before = self.has(HOME), self.has(OTHER)
        refused = self.join(router, there, 409)
        for word in ('two AWS accounts', 'account default',
                     'account research'):
            self.assertIn(word, refused['message'])
        self.assertEqual(before, (self.has(HOME), self.has(OTHER)))

    def test_routes_are_put_right_in_the_account(self):
        subnet = self.sub(self.network(THERE))
        self.router(THERE, subnet)
        (table,) = self.there.describe_route_tables(Filters=[{
            'Name': f'tag:{tag_keys.CLOUD}',
            'Values': [base.CLOUD]}])['RouteTables']
        (association,) = table['Associations']
        self.there.disassociate_route_table(
            AssociationId=association['RouteTableAssociationId'])
        self.rounds()
        (table,) = self.there.describe_route_tables(
            RouteTableIds=[table['RouteTableId']])['RouteTables']
        self.assertEqual([subnet['ec2:subnet_id']], [
            one['SubnetId'] for one in table['Associations']])

    def test_what_is_left_in_an_account_goes(self):
        # Processes died, in an account that no project has any more.
        self.remap(THERE, 'default')
        site = self.driver.sites.named('research')
        site.ec2.vpcs.create('10.0.0.0/16', site.tags(network='gone'))
        site.ec2.internet_gateways.create(site.tags(router='gone'))
        site.ec2.addresses.allocate(site.tags(floating_ip='gone'))
        self.rounds()
        self.assertEqual({}, self.kinds(OTHER))

    def test_a_shared_vpc_is_for_its_account(self):
        base.cfg.CONF.set_override('vpc_id', self.vpc_id, 'ml2_ec2')
        self.addCleanup(base.cfg.CONF.clear_override, 'vpc_id', 'ml2_ec2')
        self.sub(self.network(base.PROJECT), '172.31.240.0/24')
        self.sub(self.network(THERE))
        self.assertEqual({'subnets': 1}, self.kinds(HOME))
        self.assertEqual({'vpcs': 1, 'subnets': 1}, self.kinds(OTHER))

    def test_a_project_without_an_account_is_refused(self):
        base.cfg.CONF.set_override('unmapped_projects', 'refuse', 'ec2')
        self.addCleanup(base.cfg.CONF.clear_override, 'unmapped_projects',
                        'ec2')
        self.driver.sites.__init__()
        self.network(THERE)
        refused = self.post('network', 400, name='net', admin_state_up=True)
        self.assertIn(f'no AWS account serves project {base.PROJECT}',
                      refused['message'])
        self.assertEqual({}, self.kinds(HOME))
        self.assertEqual({'vpcs': 1}, self.kinds(OTHER))


class ClosedTest(accounts.AccountsTestCase):
    """An account that cannot be entered."""

    OPEN = False

    def test_its_ports_and_networks_fail_and_others_go_on(self):
        with self.inside():
            there_net, there_sub = self.existing(THERE)
            self.assertEqual('', there_sub['ec2:subnet_id'])
            port = self.make_port(there_net)
            refused = self.to_ec2(port, 503)
        self.assertIn('account research', refused['message'])
        self.assertIn('AccessDenied', refused['message'])
        refused = self.post('network', 503, name='net', admin_state_up=True,
                            project_id=THERE)
        self.assertIn('account research', refused['message'])
        here_net, _ = self.existing()
        self.launched(here_net)
        mirrored = next(iter(self.mirrored().values()))
        self.ec2.revoke_security_group_egress(
            GroupId=mirrored['GroupId'],
            IpPermissions=mirrored['IpPermissionsEgress'])
        network = self.make()
        self.subnet(network)
        with self.assertLogs('nova_ec2', 'INFO') as logs:
            self.rounds()
        # The first word of it was logged before.
        self.assertNotIn('cannot be entered', '\n'.join(
            one for one in logs.output if not one.startswith('DEBUG')))
        self.assertTrue(next(iter(self.mirrored().values()))[
            'IpPermissionsEgress'])
        self.assertEqual({}, self.kinds(OTHER))
        self.let_in()
        self.driver.mapped._asked = None
        self.assertEqual(self.there_subnet['SubnetId'], self.get(
            'subnet', there_sub)['ec2:subnet_id'])
        with self.inside():
            self.to_ec2(port)
        self.assertEqual({'security_groups': 1}, self.kinds(OTHER))

    def test_what_may_be_there_is_not_taken_as_lost(self):
        world = self.post('network', name='world', admin_state_up=True,
                          **{'router:external': True})
        self.let_in()
        network = self.post('network', name='net', admin_state_up=True,
                            project_id=THERE)
        floating_ip = self.post('floatingip', project_id=THERE,
                                floating_network_id=world['id'])
        there = self.has(OTHER)
        # neutron-server is started again.
        self.control.remove_role(ARN)
        self.driver.sites.__init__()
        self.remap(THERE, 'default')
        refused = self.post('subnet', 503, network_id=network['id'],
                            ip_version=4, cidr='10.0.1.0/24')
        self.assertIn('account research', refused['message'])
        with self.assertLogs('nova_ec2', 'ERROR') as logs:
            self.rounds()
            self.rounds()
        self.assertEqual(1, len([one for one in logs.output
                                 if 'cannot be entered' in one]))
        self.assertEqual('DOWN', self.get('floatingip',
                                          floating_ip)['status'])
        self.assertEqual(({}, there), (self.has(HOME), self.has(OTHER)))
        self.remove('floatingip', floating_ip)
        self.let_in()
        self.rounds()
        self.assertNotIn('addresses', self.kinds(OTHER))


class FileTest(accounts.AccountsTestCase):

    def test_a_mistake_is_told_at_the_start_with_its_line(self):
        self.file.write_text('accounts: {}\nprojects:\n  one: nowhere\n')
        error = self.assertRaises(exc.ConfigurationError, Sites, cfg.CONF)
        for word in (str(self.file), 'line 3', 'projects.one', 'nowhere'):
            self.assertIn(word, str(error))

    def test_a_mistake_later_is_not_taken_over(self):
        sites = self.driver.sites
        self.assertEqual('research', sites.of_project(THERE).account.name)
        self.file.write_text('projects: [')
        self.assertEqual('research', sites.of_project(THERE).account.name)

    def test_an_account_in_use_does_not_vanish(self):
        sites = self.driver.sites
        network = self.post('network', name='net', admin_state_up=True,
                            project_id=THERE)
        self.file.write_text('projects: {}\n')
        self.assertEqual(2, len(sites.all()))
        self.remove('network', network)
        self.file.write_text('projects: {} \n')
        self.assertEqual(1, len(sites.all()))
