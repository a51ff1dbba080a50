# SPDX-License-Identifier: Apache-2.0
"""neutron-server is killed while it routes: nothing is orphaned or doubled."""

from tests.neutron import managed
from tests.neutron.test_routers import RoutersTestCase


class HealTestCase(RoutersTestCase):

    def whole(self, router=None, outward=False):
        """EC2 has what Neutron has, after two rounds: this router."""
        self.rounds()
        tables, gateways = self.tables(), self.gateways()
        self.assertEqual({router['id']} if router else set(), tables.keys())
        self.assertEqual({self.vpc_id} if outward else set(),
                         gateways.keys())
        if router:
            self.assertEqual({self.sub['ec2:subnet_id']},
                             self.subnets_of(router))
            self.assertEqual(
                {'0.0.0.0/0': gateways[self.vpc_id]} if outward else {},
                self.routes(router))

    def interfaces(self, router):
        return [one for one in self.ask('GET', '/ports')['ports']
                if one['device_id'] == router['id']
                and one['device_owner'] == 'network:router_interface']

    def join_again(self, router):
        """What an administrator does with what Neutron left half made."""
        for port in self.interfaces(router):
            self.put('port', port, device_id='', device_owner='')
            self.remove('port', port)
        self.join(router)

    def calls_change_nothing(self):
        before = len(self.control.calls())
        self.rounds()
        self.assertEqual([], [
            call['action'] for call in self.control.calls()[before:]
            if not call['action'].startswith('Describe')])


class KilledTest(HealTestCase):

    def killed(self, method, after):
        """Killed while the first interface of a router comes."""
        router = self.router(gateway=True)
        with self.dies_at(method, after):
            self.join(router)
        # Neutron had saved nothing but a port yet.
        self.whole()
        self.join_again(router)
        self.whole(router, outward=True)
        self.calls_change_nothing()
        self.leave(router)
        self.whole()

    def test_before_each_call(self):
        for method in ('create_internet_gateway', 'attach_internet_gateway',
                       'create_route_table', 'create_route',
                       'associate_route_table'):
            with self.subTest(method):
                self.killed(method, False)

    def test_after_each_call(self):
        for method in ('create_internet_gateway', 'attach_internet_gateway',
                       'create_route_table', 'create_route',
                       'associate_route_table'):
            with self.subTest(method):
                self.killed(method, True)

    def test_while_it_goes(self):
        for method in ('disassociate_route_table', 'delete_route_table',
                       'detach_internet_gateway',
                       'delete_internet_gateway'):
            for after in (False, True):
                with self.subTest(method=method, after=after):
                    router = self.router(gateway=True)
                    self.join(router)
                    with self.dies_at(method, after):
                        self.leave(router)
                    self.whole()


class LostReplyTest(HealTestCase):

    def test_of_each_call(self):
        for action in ('CreateInternetGateway', 'AttachInternetGateway',
                       'CreateRouteTable', 'CreateRoute',
                       'AssociateRouteTable'):
            with self.subTest(action):
                router = self.router(gateway=True)
                self.control.fault('reset_after', action)
                self.join(router)
                self.whole(router, outward=True)
                self.calls_change_nothing()
                self.leave(router)
                self.whole()


class DriftTest(HealTestCase):

    def setUp(self):
        super().setUp()
        self.router_ = self.router(gateway=True)
        self.join(self.router_)

    def test_what_somebody_changed_is_put_right(self):
        table = self.tables()[self.router_['id']]
        self.ec2.delete_route(RouteTableId=table['RouteTableId'],
                              DestinationCidrBlock='0.0.0.0/0')
        (association,) = table['Associations']
        self.ec2.disassociate_route_table(
            AssociationId=association['RouteTableAssociationId'])
        self.whole(self.router_, outward=True)

    def test_another_table_of_the_subnet_gives_way(self):
        table = self.tables()[self.router_['id']]
        (association,) = table['Associations']
        theirs = self.ec2.create_route_table(VpcId=self.vpc_id)[
            'RouteTable']['RouteTableId']
        self.ec2.replace_route_table_association(
            AssociationId=association['RouteTableAssociationId'],
            RouteTableId=theirs)
        self.whole(self.router_, outward=True)
        self.ec2.describe_route_tables(RouteTableIds=[theirs])

    def test_a_second_table_of_a_router_goes(self):
        site = self.driver.sites.get()
        site.ec2.route_tables.create(
            self.vpc_id, 'token', site.tags(router=self.router_['id']))
        self.whole(self.router_, outward=True)

    def test_a_round_without_a_difference_changes_nothing(self):
        self.calls_change_nothing()


class NotYetTest(managed.ManagedTestCase):

    def test_a_round_without_routers_changes_nothing(self):
        before = len(self.control.calls())
        self.rounds()
        self.assertEqual([], [
            call['action'] for call in self.control.calls()[before:]
            if not call['action'].startswith('Describe')])
