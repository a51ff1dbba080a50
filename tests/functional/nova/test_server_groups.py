# SPDX-License-Identifier: Apache-2.0
"""Server groups are placement groups."""

from tests.functional.nova import base

CAPACITY = 'InsufficientInstanceCapacity'


class ServerGroupTestCase(base.NovaTestCase):

    def group(self, policy, **rules):
        """A new server group's uuid."""
        body = {'name': 'g', 'policy': policy}
        if rules:
            body['rules'] = rules
        return self.api.post_server_groups(body)['id']

    def create_in(self, group, **changes):
        """Ask for a server in a group, and do not wait for it."""
        body = self.request(**changes)
        body['os:scheduler_hints'] = {'group': group}
        return self.api.post_server(body)

    def boot_in(self, group, **changes):
        return self.until(self.create_in(group, **changes), 'ACTIVE')

    def fault_of(self, server, word):
        """The fault, once it has this word."""
        self.until(server, 'ERROR')

        def told():
            fault = self.admin_api.get_server(server['id'])['fault']
            return word in fault['message'] and fault['message']
        return self.wait_until(told, f'{word!r} in the fault')

    def name(self, group):
        return f'nova-ec2-{base.CLOUD}-{group}'

    def on_ec2(self):
        """The placement groups, name to strategy."""
        return {name: strategy for one in self.control.resources()
                for name, strategy in one['placement_groups'].items()}

    def placed(self, server):
        return self.instance_of(server)['placement_group']

    def housekeeping(self):
        self.driver.get_num_instances()


class PolicyTest(ServerGroupTestCase):

    def test_affinity_is_a_cluster(self):
        group = self.group('affinity')
        servers = [self.boot_in(group) for _ in range(2)]
        self.assertEqual({self.name(group): 'cluster'}, self.on_ec2())
        for server in servers:
            self.assertEqual(self.name(group), self.placed(server))
            # Burstable types, the cheapest, cannot be in a cluster.
            self.assertFalse(self.instance_of(server)[
                'instance_type'].startswith('t'))
        self.assertEqual(1, self.count('CreatePlacementGroup'))
        found, = self.ec2.describe_placement_groups()['PlacementGroups']
        self.assertEqual(
            {'nova-ec2:cloud': base.CLOUD, 'nova-ec2:server-group': group},
            {tag['Key']: tag['Value'] for tag in found['Tags']})

    def test_anti_affinity_is_spread(self):
        group = self.group('anti-affinity', max_server_per_host=3)
        for _ in range(2):
            self.assertEqual(self.name(group),
                             self.placed(self.boot_in(group)))
        self.assertEqual({self.name(group): 'spread'}, self.on_ec2())

    def test_without_a_raised_limit_the_host_takes_one_member(self):
        group = self.group('anti-affinity')
        self.boot_in(group)
        self.until(self.create_in(group), 'ERROR')
        self.assertEqual(1, self.count('RunInstances'))

    def test_servers_of_no_group_are_in_none(self):
        self.assertIsNone(self.placed(self.boot()))
        self.assertEqual({}, self.on_ec2())

    def test_partition_where_the_flavor_asks_for_it(self):
        flavor = self.flavor(
            extra_specs={'ec2:placement_strategy': 'partition'})
        group = self.group('anti-affinity', max_server_per_host=20)
        self.boot_in(group, flavorRef=flavor)
        self.assertEqual({self.name(group): 'partition'}, self.on_ec2())
        found, = self.ec2.describe_placement_groups()['PlacementGroups']
        self.assertEqual(7, found['PartitionCount'])

    def test_none_where_the_flavor_asks_for_it(self):
        flavor = self.flavor(extra_specs={'ec2:placement_strategy': 'none'})
        server = self.boot_in(self.group('affinity'), flavorRef=flavor)
        self.assertIsNone(self.placed(server))
        self.assertEqual({}, self.on_ec2())

    def test_no_group_where_the_api_database_may_not_be_asked(self):
        self.flags(group='workarounds',
                   disable_group_policy_check_upcall=True)
        self.assertIsNone(self.placed(self.boot_in(self.group('affinity'))))


class SoftPolicyTest(ServerGroupTestCase):

    def flavor_of(self, instance_type):
        return self.flavor(extra_specs={'ec2:instance_type': instance_type})

    def test_soft_affinity_is_a_cluster_where_the_type_can_be_in_one(self):
        group = self.group('soft-affinity')
        close = self.boot_in(group, flavorRef=self.flavor_of('m5.large'))
        self.assertEqual(self.name(group), self.placed(close))
        # And no dearer type is taken for it.
        self.assertIsNone(self.placed(
            self.boot_in(group, flavorRef=self.flavor_of('t3.small'))))

    def test_soft_affinity_without_room_is_launched_without(self):
        group = self.group('soft-affinity')
        self.control.fault(
            'error', 'RunInstances', code=CAPACITY, status=500,
            message='No room.', times=0,
            match={'Placement.GroupName': '*'})
        server = self.boot_in(group, flavorRef=self.flavor_of('m5.large'))
        self.assertIsNone(self.placed(server))
        self.assertEqual(2, self.count('RunInstances'))

    def test_the_eighth_of_soft_anti_affinity_is_launched_without(self):
        group = self.group('soft-anti-affinity')
        self.flags(group='quota', server_group_members=-1)
        placed = [self.placed(self.boot_in(group)) for _ in range(8)]
        self.assertEqual([self.name(group)] * 7 + [None], placed)


class RefusalTest(ServerGroupTestCase):

    def test_the_eighth_of_anti_affinity(self):
        self.flags(group='quota', server_group_members=-1)
        group = self.group('anti-affinity', max_server_per_host=20)
        for _ in range(7):
            self.boot_in(group)
        words = self.fault_of(self.create_in(group), '7 running members')
        for word in (group, 'at most 7 a zone', base.ZONE):
            self.assertIn(word, words)
        self.assertEqual(7, len(self.emulator.living()))

    def test_no_room_in_a_cluster(self):
        group = self.group('affinity')
        self.boot_in(group)
        self.control.no_capacity()
        words = self.fault_of(self.create_in(group),
                              'cluster placement group')
        self.assertIn('soft-affinity', words)
        self.control.clear_faults()
        # It was the group that had no room, not the types.
        self.boot_in(group)

    def test_a_type_that_cannot_be_in_a_cluster(self):
        flavor = self.flavor(extra_specs={'ec2:instance_type': 't3.small'})
        words = self.fault_of(self.create_in(
            self.group('affinity'), flavorRef=flavor),
            'cluster placement groups')
        self.assertIn('t3.small', words)
        self.assertEqual(0, self.count('RunInstances'))
        self.assertEqual({}, self.on_ec2())

    def test_a_strategy_that_does_not_serve_the_policy(self):
        flavor = self.flavor(
            extra_specs={'ec2:placement_strategy': 'spread'})
        words = self.fault_of(self.create_in(
            self.group('affinity'), flavorRef=flavor), 'spread')
        self.assertIn('policy affinity', words)
        self.assertEqual(0, self.count('RunInstances'))

    def test_members_that_ask_for_different_strategies(self):
        group = self.group('anti-affinity', max_server_per_host=20)
        self.boot_in(group)
        words = self.fault_of(self.create_in(group, flavorRef=self.flavor(
            extra_specs={'ec2:placement_strategy': 'partition'})), 'spread')
        self.assertIn('partition', words)
        self.assertEqual(1, self.count('RunInstances'))

    def test_somebody_elses_group_of_that_name(self):
        group = self.group('affinity')
        self.ec2.create_placement_group(GroupName=self.name(group),
                                        Strategy='cluster')
        self.until(self.create_in(group), 'ERROR')
        self.assertEqual(0, self.count('RunInstances'))
        self.housekeeping()
        self.assertIn(self.name(group), self.on_ec2())


class HousekeepingTest(ServerGroupTestCase):

    def test_a_group_without_instances_is_deleted(self):
        group = self.group('affinity')
        server = self.boot_in(group)
        self.housekeeping()
        self.assertEqual([self.name(group)], list(self.on_ec2()))
        self.delete(server)
        self.housekeeping()
        self.assertEqual({}, self.on_ec2())
        self.boot_in(group)
        self.assertEqual([self.name(group)], list(self.on_ec2()))

    def test_others_groups_stay(self):
        for name, cloud in (('nova-ec2-x', 'another'), ('theirs', '')):
            self.ec2.create_placement_group(
                GroupName=name, Strategy='spread', TagSpecifications=[{
                    'ResourceType': 'placement-group', 'Tags': [
                        {'Key': 'nova-ec2:cloud', 'Value': cloud},
                        {'Key': 'nova-ec2:server-group', 'Value': 'x'}]}])
        self.housekeeping()
        self.restart()
        self.assertEqual({'nova-ec2-x', 'theirs'}, set(self.on_ec2()))
        self.assertEqual(0, self.count('DeletePlacementGroup'))

    def test_one_that_somebody_deleted_is_made_again(self):
        group = self.group('affinity')
        self.delete(self.boot_in(group))
        self.ec2.delete_placement_group(GroupName=self.name(group))
        self.assertEqual(self.name(group), self.placed(self.boot_in(group)))

    def test_a_lost_reply_of_the_creation(self):
        self.control.fault('reset_after', 'CreatePlacementGroup')
        group = self.group('affinity')
        self.assertEqual(self.name(group), self.placed(self.boot_in(group)))
        self.assertEqual([self.name(group)], list(self.on_ec2()))
