# SPDX-License-Identifier: Apache-2.0
"""DescribeInstances; Paginate your Amazon EC2 API requests."""

from tests.functional.emulator import base


class TestListing(base.TestCase):
    """Ids, filters and pages."""

    def filtered(self, **filters):
        """The ids listed with filters, ``_`` for ``-`` and ``__`` for ``.``.
        """
        return self.listed(Filters=[
            {'Name': name.replace('__', '.').replace('_', '-'),
             'Values': value if isinstance(value, list) else [value]}
            for name, value in filters.items()])

    def test_one_bad_id_is_named(self):
        good = self.launch()
        for bad in ('i-0123456789abcdef0', 'i-12345678'):
            message = self.assertRefused('InvalidInstanceID.NotFound',
                                         self.listed, InstanceIds=[good, bad])
            self.assertIn(bad, message)
            self.assertNotIn(good, message)
        for bad in ('i-123', 'vol-12345678', 'i-0123456789ABCDEF0'):
            self.assertRefused('InvalidInstanceID.Malformed', self.listed,
                               InstanceIds=[good, bad])

    def test_max_results_is_5_to_1000_and_not_for_ids(self):
        instance_id = self.launch()
        for number in (4, 1001):
            self.assertRefused('InvalidParameterValue', self.listed,
                               MaxResults=number)
        self.assertRefused('InvalidParameterCombination', self.listed,
                           MaxResults=5, InstanceIds=[instance_id])

    def test_pages_make_up_the_whole_and_end_without_a_token(self):
        ids = [one['InstanceId']
               for one in self.run_instances(MinCount=12, MaxCount=12)]
        pages, token = [], {}
        while True:
            found = self.ec2.describe_instances(MaxResults=5, **token)
            pages.append([one['InstanceId'] for group in
                          found['Reservations']
                          for one in group['Instances']])
            if not found.get('NextToken'):
                break
            token = {'NextToken': found['NextToken']}
        self.assertEqual([5, 5, 2], [len(page) for page in pages])
        self.assertEqual(ids, sum(pages, []))

    def test_an_empty_page_may_come_with_a_token(self):
        self.control.settings(empty_pages=True, page_limit=3)
        ids = {one['InstanceId']
               for one in self.run_instances(MinCount=7, MaxCount=7)}
        pages = [[one['InstanceId'] for group in page['Reservations']
                  for one in group['Instances']]
                 for page in self.ec2.get_paginator(
                     'describe_instances').paginate(
                         PaginationConfig={'PageSize': 100})]
        self.assertEqual([0, 3, 0, 3, 0, 1], [len(page) for page in pages])
        self.assertEqual(ids, set(sum(pages, [])))

    def test_an_instance_launched_between_pages_is_listed_once(self):
        self.run_instances(MinCount=6, MaxCount=6)
        first = self.ec2.describe_instances(MaxResults=5)
        self.launch()
        rest = self.listed(MaxResults=5, NextToken=first['NextToken'])
        self.assertEqual(2, len(rest))

    def test_a_token_that_ec2_did_not_give_is_invalid(self):
        self.assertRefused('InvalidParameterValue', self.listed,
                           NextToken='nonsense')

    def test_filters_are_joined_with_and_their_values_with_or(self):
        one = self.launch(Placement={'AvailabilityZone': 'us-east-1a'})
        two = self.launch(Placement={'AvailabilityZone': 'us-east-1b'})
        both = ['us-east-1a', 'us-east-1b']
        self.assertEqual([one, two], self.filtered(availability_zone=both))
        self.assertEqual([two], self.filtered(
            availability_zone=both, instance_id=[two]))

    def test_wildcards_are_any_characters_and_one_character(self):
        made = [self.launch(TagSpecifications=[
            {'ResourceType': 'instance', 'Tags': [
                {'Key': 'name', 'Value': value}]}])
            for value in ('web-1', 'web-22', 'db', 'web-*')]
        def named(value):
            return self.listed(Filters=[{'Name': 'tag:name',
                                         'Values': [value]}])
        self.assertEqual([made[0], made[1], made[3]], named('web-*'))
        self.assertEqual([made[0], made[3]], named('web-?'))
        self.assertEqual([made[3]], named('web-\\*'))
        self.assertEqual(made, self.filtered(tag_key='name'))
        self.assertEqual([made[2]], self.filtered(tag_value='db'))

    def test_each_filter_finds_its_instance_and_no_other(self):
        group = self.ec2.create_security_group(
            GroupName='mine', Description='mine')['GroupId']
        (one,) = self.run_instances(
            ClientToken='token', SecurityGroupIds=[group],
            InstanceType='c5.large',
            Placement={'AvailabilityZone': 'us-east-1d'})
        other = self.launch()
        nic = one['NetworkInterfaces'][0]
        reservation = self.ec2.describe_instances(
            InstanceIds=[one['InstanceId']])['Reservations'][0]
        expected = {
            'client_token': 'token', 'instance_type': 'c5.*',
            'reservation_id': reservation['ReservationId'],
            'subnet_id': one['SubnetId'],
            'private_ip_address': one['PrivateIpAddress'],
            'ip_address': one['PublicIpAddress'],
            'dns_name': one['PublicDnsName'],
            'instance__group_id': group, 'instance__group_name': 'mine',
            'network_interface__network_interface_id':
                nic['NetworkInterfaceId'],
            'network_interface__mac_address': nic['MacAddress'],
            'network_interface__subnet_id': nic['SubnetId'],
            'network_interface__addresses__private_ip_address':
                nic['PrivateIpAddress'],
            'network_interface__attachment__attachment_id':
                nic['Attachment']['AttachmentId'],
            'block_device_mapping__volume_id':
                one['BlockDeviceMappings'][0]['Ebs']['VolumeId'],
            'availability_zone': 'us-east-1d',
        }
        for name, value in expected.items():
            with self.subTest(name):
                self.assertEqual([one['InstanceId']],
                                 self.filtered(**{name: value}))
        self.assertEqual([one['InstanceId'], other], self.filtered(
            instance_state_name='pending', image_id=self.ami,
            architecture='x86_64', launch_index='0',
            network_interface__status='in-use'))

    def test_an_unknown_filter_is_invalid(self):
        message = self.assertRefused('InvalidParameterValue', self.filtered,
                                     instance_mood='good')
        self.assertIn('instance-mood', message)

    def test_a_request_has_at_most_200_values_a_filter(self):
        self.assertRefused('FilterLimitExceeded', self.filtered,
                           instance_id=['i-12345678'] * 201)

    def test_status_is_that_of_running_instances_unless_all_are_asked_for(
            self):
        running, pending = self.running(), self.launch()
        def ids(**more):
            found = self.ec2.describe_instance_status(**more)
            return {one['InstanceId'] for one in found['InstanceStatuses']}
        self.assertEqual({running}, ids())
        self.assertEqual({running, pending}, ids(IncludeAllInstances=True))

    def test_a_new_instance_may_not_be_visible_to_describe_at_once(self):
        self.control.settings(late_visibility_seconds=5000)
        instance_id = self.launch()
        self.assertEqual([], self.listed())
        self.assertRefused('InvalidInstanceID.NotFound', self.describe,
                           instance_id)
        self.control.advance(5000)
        self.assertEqual([instance_id], self.listed())


class TestOtherListings(base.TestCase):
    """MaxResults and NextToken of what is not an instance."""

    def test_instance_types_come_in_pages_of_at_most_100(self):
        pages = [len(page['InstanceTypes']) for page
                 in self.ec2.get_paginator(
                     'describe_instance_types').paginate()]
        self.assertEqual({100}, set(pages[:-1]))
        self.assertGreater(sum(pages), 800)
        self.assertRefused('InvalidParameterValue',
                           self.ec2.describe_instance_types, MaxResults=101)

    def test_volumes_and_interfaces_come_in_pages_that_make_the_whole(self):
        self.run_instances(MinCount=7, MaxCount=7)
        for name, key in (('describe_volumes', 'Volumes'),
                          ('describe_network_interfaces',
                           'NetworkInterfaces')):
            whole = getattr(self.ec2, name)()[key]
            pages = [page[key] for page in self.ec2.get_paginator(
                name).paginate(PaginationConfig={'PageSize': 5})]
            self.assertEqual([5, 2], [len(page) for page in pages])
            self.assertEqual(whole, sum(pages, []))
