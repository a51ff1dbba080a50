# SPDX-License-Identifier: Apache-2.0
from unittest import mock

from neutron.plugins.ml2 import plugin as ml2
from neutron_lib import exceptions as neutron_exc
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory
from oslo_db import exception as db_exc

from nova_ec2.aws.call import Caller
from nova_ec2.neutron.floating_ips_addresses import Addresses
from tests.neutron import base
from tests.neutron.floating import FloatingTestCase


class Crash(BaseException):
    """The process is dead: nobody catches it, and nothing is tidied up."""


class HealTestCase(FloatingTestCase):

    def die_at_call(self, method, do, after=False):
        """Die at a call to EC2, before it is sent or after its effect."""
        really, dead = Caller._once, []

        def once(caller, name, *args, **kwargs):
            if dead:
                raise Crash
            if name == method:
                dead.append(name)
                if after:
                    really(caller, name, *args, **kwargs)
                raise Crash
            return really(caller, name, *args, **kwargs)
        with mock.patch.object(Caller, '_once', once):
            self.dies(do)
        self.assertEqual([method], dead)

    def die_after(self, owner, name, do):
        """Die after a function."""
        really = getattr(owner, name)

        def replaced(*args, **kwargs):
            really(*args, **kwargs)
            raise Crash
        with mock.patch.object(owner, name, replaced):
            self.dies(do)

    def dies(self, do):
        try:
            do()
        except BaseException as error:
            # Pecan has hooks that run in a dying request, and may fail.
            chain = error
            while chain is not None and not isinstance(chain, Crash):
                chain = chain.__context__
            if chain is None:
                raise
        else:
            self.fail('it lives')

    def rounds(self, number=2):
        for _ in range(number):
            self.round()

    def assert_nothing_left(self):
        self.assertEqual({}, self.elastic())
        self.assertEqual(self.blocks(), self.subnets())
        self.assertEqual([], self.floating_ips())
        self.assertEqual([], self.ports())

    def floating_ips(self):
        return self.ask('GET', 'floatingips')['floatingips']

    def ports(self):
        """Of floating IPs, finished or not."""
        return [one for one in self.ask('GET', 'ports')['ports']
                if one['device_owner'] == 'network:floatingip']

    def allocation(self, floating_ip):
        return self.elastic()[floating_ip['floating_ip_address']]


class KilledTest(HealTestCase):
    """A process dies; the elected one heals, and nothing is doubled."""

    def test_before_the_address_is_allocated(self):
        self.die_at_call('allocate_address', self.float)
        self.assert_nothing_left()

    def test_after_the_address_is_allocated(self):
        self.die_at_call('allocate_address', self.float, after=True)
        self.assertEqual(1, len(self.elastic()))
        self.round()
        # It could be that of a floating IP which is just being made.
        self.assertEqual(1, len(self.elastic()))
        self.round()
        self.assert_nothing_left()

    def test_after_its_subnet_is_made(self):
        self.die_after(Addresses, 'allocate', self.float)
        self.assertEqual(2, len(self.subnets()))
        self.rounds()
        self.assert_nothing_left()

    def test_after_neutron_took_the_address(self):
        self.die_after(ml2.Ml2Plugin, 'create_port', self.float)
        self.assertEqual(1, len(self.ports()))
        self.rounds()
        self.assert_nothing_left()

    def test_before_the_association(self):
        port = self.come()
        self.die_at_call('associate_address',
                         lambda: self.float(port_id=port['id']))
        (made,) = self.floating_ips()
        self.assertEqual('DOWN', made['status'])
        self.round()
        self.assertEqual([made['floating_ip_address']],
                         [*self.public(port).values()])
        self.assertEqual('ACTIVE', self.status(made))

    def test_after_the_association(self):
        port = self.come()
        self.die_at_call('associate_address',
                         lambda: self.float(port_id=port['id']), after=True)
        self.round()
        (made,) = self.floating_ips()
        self.assertEqual('ACTIVE', made['status'])

    def test_in_the_middle_of_a_move(self):
        one, other = self.come(), self.come()
        made = self.float(port_id=one['id'])
        self.die_at_call('disassociate_address',
                         lambda: self.point(made, other), after=True)
        self.round()
        self.assertEqual({}, self.public(one))
        self.assertEqual([made['floating_ip_address']],
                         [*self.public(other).values()])
        self.assertEqual('ACTIVE', self.status(made))

    def test_while_a_floating_ip_is_deleted(self):
        for method in ('disassociate_address', 'release_address'):
            for after in (False, True):
                with self.subTest(method=method, after=after):
                    port = self.come()
                    made = self.float(port_id=port['id'])
                    self.die_at_call(
                        method, lambda made=made: self.remove(
                            'floatingip', made), after)
                    self.rounds()
                    self.assertEqual({}, self.public(port))
                    self.assert_nothing_left()

    def test_what_is_done_again_is_done_once(self):
        self.die_at_call('allocate_address', self.float, after=True)
        made = self.float()
        self.rounds()
        self.assertEqual([made['floating_ip_address']], [*self.elastic()])
        self.assertEqual(self.blocks(made), self.subnets())

    def test_one_that_is_just_being_made_is_left_alone(self):
        def rounds(*args, **kwargs):
            self.round()
            return really(*args, **kwargs)
        really = ml2.Ml2Plugin.create_port
        with mock.patch.object(ml2.Ml2Plugin, 'create_port', rounds):
            made = self.float()
        self.round()
        self.assertIn(made['floating_ip_address'], self.elastic())
        self.assertEqual(self.blocks(made), self.subnets())

    def test_two_that_are_made_at_once(self):
        def other(*args, **kwargs):
            if not others:
                others.append(None)
                others[0] = directory.get_plugin(
                    plugins.L3).create_floatingip(self.admin(), {
                        'floatingip': {
                            'floating_network_id': self.world['id'],
                            'project_id': base.PROJECT}})
            return really(*args, **kwargs)
        others, really = [], ml2.Ml2Plugin.create_port
        with mock.patch.object(ml2.Ml2Plugin, 'create_port', other):
            made = self.float()
        self.assertEqual({made['floating_ip_address'],
                          others[0]['floating_ip_address']},
                         self.elastic().keys())
        self.assertEqual(self.blocks(made, *others), self.subnets())


class LostReplyTest(HealTestCase):

    def test_of_allocation(self):
        self.control.fault('reset_after', 'AllocateAddress')
        made = self.float()
        self.assertEqual([made['floating_ip_address']], [*self.elastic()])

    def test_of_an_allocation_that_was_not_carried_out(self):
        self.control.fault('reset_before', 'AllocateAddress')
        self.float(503)
        self.assert_nothing_left()

    def test_of_association_disassociation_and_release(self):
        for action in ('AssociateAddress', 'DisassociateAddress',
                       'ReleaseAddress'):
            self.control.fault('reset_after', action)
        port = self.come()
        made = self.float(port_id=port['id'])
        self.assertEqual('ACTIVE', self.status(made))
        self.point(made, None)
        self.assertEqual('DOWN', self.status(made))
        self.remove('floatingip', made)
        self.assert_nothing_left()


class FailureTest(HealTestCase):

    def test_what_ec2_refuses_now_is_done_in_the_next_round(self):
        port = self.come()
        self.control.fault('error', 'AssociateAddress', status=403,
                           code='UnauthorizedOperation')
        made = self.float(port_id=port['id'])
        self.assertEqual('DOWN', self.status(made))
        self.round()
        self.assertEqual('ACTIVE', self.status(made))

    def test_a_release_too(self):
        made = self.float()
        self.control.fault('error', 'ReleaseAddress', status=403,
                           code='UnauthorizedOperation')
        self.remove('floatingip', made)
        self.assertIn(made['floating_ip_address'], self.elastic())
        self.rounds()
        self.assert_nothing_left()

    def test_a_request_that_neutron_does_again_takes_one_address(self):
        def refusing(*args, **kwargs):
            if len(tries) < 2:
                tries.append(None)
                raise db_exc.DBDeadlock
            return really(*args, **kwargs)
        tries, really = [], ml2.Ml2Plugin.create_port
        with mock.patch.object(ml2.Ml2Plugin, 'create_port', refusing):
            made = self.float()
        self.assertEqual([made['floating_ip_address']], [*self.elastic()])
        self.assertEqual(self.blocks(made), self.subnets())

    def test_what_another_plug_in_refuses_leaves_nothing(self):
        def refuse(*args, **kwargs):
            raise neutron_exc.Conflict
        registry.subscribe(refuse, resources.FLOATING_IP,
                           events.BEFORE_CREATE)
        self.float(409)
        self.assert_nothing_left()

    def test_a_subnet_that_cannot_be_made_leaves_no_address(self):
        with mock.patch.object(Addresses, 'have_subnet',
                               side_effect=RuntimeError):
            self.float(500)
        self.assert_nothing_left()

    def test_a_vpc_without_internet_gateway_is_an_error(self):
        port = self.come()
        self.control.fault('error', 'AssociateAddress', status=400,
                           code='Gateway.NotAttached')
        made = self.float(port_id=port['id'])
        self.assertEqual('ERROR', self.status(made))
        self.round()
        self.assertEqual('ACTIVE', self.status(made))


class DriftTest(HealTestCase):

    def setUp(self):
        super().setUp()
        self.port = self.come()
        self.made = self.float(port_id=self.port['id'])
        self.address = self.made['floating_ip_address']

    def disassociate(self):
        self.ec2.disassociate_address(
            AssociationId=self.allocation(self.made)['AssociationId'])

    def test_an_association_that_somebody_took_away(self):
        self.disassociate()
        self.round()
        self.assertEqual([self.address], [*self.public(self.port).values()])

    def test_an_association_that_somebody_moved(self):
        other = self.come()
        self.ec2.associate_address(
            AllocationId=self.allocation(self.made)['AllocationId'],
            NetworkInterfaceId=self.interface(other)['NetworkInterfaceId'],
            AllowReassociation=True)
        self.round()
        self.assertEqual([self.address], [*self.public(self.port).values()])
        self.assertEqual({}, self.public(other))

    def test_an_association_that_neutron_does_not_have(self):
        other = self.float()
        self.ec2.associate_address(
            AllocationId=self.allocation(other)['AllocationId'],
            NetworkInterfaceId=self.interface(self.come())[
                'NetworkInterfaceId'])
        self.round()
        self.assertNotIn('AssociationId', self.allocation(other))

    def test_an_address_that_somebody_released(self):
        before = self.allocation(self.made)
        self.disassociate()
        self.ec2.release_address(AllocationId=before['AllocationId'])
        with self.assertLogs('nova_ec2', 'ERROR') as logs:
            self.round()
        self.assertIn(self.address, logs.output[0])
        self.assertEqual('ERROR', self.status(self.made))
        with self.assertNoLogs('nova_ec2', 'ERROR'):
            self.round()
        self.remove('floatingip', self.made)
        self.assert_nothing_left()

    def test_a_subnet_whose_address_is_gone(self):
        self.die_after(Addresses, 'allocate', self.float)
        (left,) = self.elastic().keys() - {self.address}
        self.ec2.release_address(
            AllocationId=self.elastic()[left]['AllocationId'])
        self.rounds()
        self.assertEqual(self.blocks(self.made), self.subnets())

    def test_our_address_in_the_way_makes_way(self):
        self.disassociate()
        other = self.float()
        self.ec2.associate_address(
            AllocationId=self.allocation(other)['AllocationId'],
            NetworkInterfaceId=self.interface(self.port)[
                'NetworkInterfaceId'])
        directory.get_plugin('ec2').floating_ips.follow(self.admin(),
                                                        self.made['id'])
        self.assertEqual([self.address], [*self.public(self.port).values()])
        self.assertEqual('ACTIVE', self.status(self.made))

    def test_a_round_without_a_difference_changes_nothing(self):
        self.float()
        self.round()
        before = len(self.control.calls())
        self.round()
        self.assertEqual([], [
            call for call in self.control.calls()[before:]
            if not call['action'].startswith('Describe')])


class ForeignTest(HealTestCase):
    """Addresses that are not ours."""

    def test_they_are_never_touched(self):
        port = self.come()
        for tags in (
                {}, {'cloud': base.CLOUD},
                {'cloud': base.CLOUD, 'managed': 'true'},
                {'cloud': base.CLOUD, 'floating_ip': self.world['id']},
                {'cloud': 'another', 'managed': 'true',
                 'floating_ip': self.world['id']}):
            address = self.foreign(**tags)
        self.ec2.associate_address(
            AllocationId=self.elastic()[address]['AllocationId'],
            NetworkInterfaceId=self.interface(port)['NetworkInterfaceId'])
        before = self.elastic()
        self.rounds(3)
        self.assertEqual(before, self.elastic())

    def test_one_in_the_way_stays_and_the_floating_ip_says_so(self):
        port, address = self.come(), self.foreign()
        self.ec2.associate_address(
            AllocationId=self.elastic()[address]['AllocationId'],
            NetworkInterfaceId=self.interface(port)['NetworkInterfaceId'])
        made = self.float(port_id=port['id'])
        self.round()
        self.assertEqual('ERROR', self.status(made))
        self.assertEqual([address], [*self.public(port).values()])
        self.point(made, None)
        self.assertEqual('DOWN', self.status(made))

    def test_a_floating_ip_of_another_ec2_network_stays_too(self):
        port = self.come()
        first = self.float(port_id=port['id'])
        world = self.external()
        inside = self.post('port', network_id=self.network['id'])
        router = self.post('router', name='other', admin_state_up=True,
                           external_gateway_info={'network_id': world['id']})
        self.ask('PUT', f'routers/{router["id"]}/add_router_interface',
                 {'port_id': inside['id']})
        second = self.post('floatingip', floating_network_id=world['id'],
                           port_id=port['id'])
        self.round()
        self.assertEqual('ACTIVE', self.status(first))
        self.assertEqual('ERROR', self.status(second))
        self.assertEqual([first['floating_ip_address']],
                         [*self.public(port).values()])


class NoNetworkTest(HealTestCase):

    def test_an_address_of_a_network_that_is_gone_is_released(self):
        self.foreign(cloud=base.CLOUD, managed='true', floating_ip='gone')
        self.remove('router', self.disconnected())
        self.remove('network', self.world)
        self.rounds()
        self.assertEqual({}, self.elastic())

    def disconnected(self):
        self.ask('PUT', f'routers/{self.router["id"]}'
                 '/remove_router_interface', {'subnet_id': self.subnet['id']})
        return self.router
