# SPDX-License-Identifier: Apache-2.0
"""Names and metadata that change after the launch: the tags follow.

Nova 34 tells no driver of it; they follow with the power sync.
"""

from tests.functional.nova import base

OURS = 'nova-metadata:'


class MetadataTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.flags(group='quota', metadata_items=-1)
        self.server = self.boot(metadata={'role': 'web', 'stays': 'here'})
        self.url = f'/servers/{self.server["id"]}/metadata'

    def shown(self, tags):
        """The metadata among tags."""
        return {key.removeprefix(OURS): value for key, value in tags.items()
                if key.startswith(OURS)}

    def sync(self):
        """What Nova calls first in a round of the power sync."""
        self.driver.get_num_instances()

    def assert_shown(self, expected):
        """After a round EC2 shows just these metadata."""
        self.sync()
        self.assertEqual(
            expected, self.shown(self.instance_of(self.server)['tags']))

    def test_added_changed_and_removed(self):
        self.api.api_post(self.url, {'metadata': {
            'role': 'db', 'cost center': '42'}})
        self.assert_shown({'role': 'db', 'stays': 'here',
                           'cost+center': '42'})
        self.api.api_delete(f'{self.url}/role')
        self.assert_shown({'stays': 'here', 'cost+center': '42'})
        self.api.api_put(self.url, {'metadata': {'only': 'this'}})
        self.assert_shown({'only': 'this'})

    def test_a_new_name(self):
        self.api.put_server(self.server['id'], {'server': {'name': 'new'}})
        self.sync()
        self.assertEqual('new', self.instance_of(self.server)['tags'][
            'Name'])

    def test_a_restart_forgets_no_change(self):
        self.api.api_put(self.url, {'metadata': {'only': 'this'}})
        self.restart()
        self.assert_shown({'only': 'this'})

    def test_without_a_change_nobody_is_asked(self):
        self.sync()
        before = self.count('DescribeTags')
        self.sync()
        self.assertEqual((0, before), (self.count('CreateTags'),
                                       self.count('DescribeTags')))

    def test_interfaces_and_volumes_have_them_too(self):
        self.api.api_put(self.url, {'metadata': {'only': 'this'}})
        self.sync()
        instance = self.instance_of(self.server)
        for resource_id in (instance['interfaces'][0]['interface_id'],
                            instance['volumes'][0]['volume_id']):
            self.assertEqual({'only': 'this'},
                             self.shown(self.tags_of(resource_id)))

    def tags_of(self, resource_id):
        return {tag['Key']: tag['Value'] for tag in self.ec2.describe_tags(
            Filters=[{'Name': 'resource-id',
                      'Values': [resource_id]}])['Tags']}

    def test_what_says_whose_it_is_cannot_be_changed(self):
        before = self.instance_of(self.server)['tags']
        self.api.api_put(self.url, {'metadata': {
            'nova-ec2:server': 'another', 'Name': 'another',
            'nova-ec2:cloud': 'another'}})
        self.assert_shown({'nova-ec2:server': 'another', 'Name': 'another',
                          'nova-ec2:cloud': 'another'})
        after = self.instance_of(self.server)['tags']
        self.assertEqual(
            {key: value for key, value in before.items()
             if not key.startswith(OURS)},
            {key: value for key, value in after.items()
             if not key.startswith(OURS)})
        self.delete(self.server)
        self.assert_nothing_left()

    def test_no_more_than_ec2_allows_beside_somebodys_own(self):
        instance_id = self.instance_of(self.server)['instance_id']
        self.ec2.create_tags(Resources=[instance_id], Tags=[
            {'Key': f'theirs-{number}', 'Value': 'x'}
            for number in range(3)])
        self.api.api_put(self.url, {'metadata': {
            f'key{number:02}': 'x' for number in range(60)}})
        self.sync()
        self.assertEqual(50, len(self.instance_of(self.server)['tags']))
        tags = self.instance_of(self.server)['tags']
        self.assertEqual(3, sum(key.startswith('theirs') for key in tags))
        self.assertEqual(self.server['id'], tags['nova-ec2:server'])
        # What is there makes room for what comes.
        self.api.api_put(self.url, {'metadata': {
            f'other{number:02}': 'x' for number in range(60)}})
        self.sync()
        tags = self.instance_of(self.server)['tags']
        self.assertEqual(50, len(tags))
        self.assertIn(f'{OURS}other00', tags)

    def test_a_change_that_ec2_refused_is_made_in_the_next_round(self):
        self.flags(group='ec2', attempts=1)
        self.restart()
        self.control.fault('error', 'CreateTags', code='InternalError')
        self.api.api_put(self.url, {'metadata': {'only': 'this'}})
        self.assert_shown({})
        self.assert_shown({'only': 'this'})
        self.until(self.server, 'ACTIVE')

    def test_an_instance_that_is_gone(self):
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.api.api_put(self.url, {'metadata': {'only': 'this'}})
        self.sync()
        self.assertEqual(0, self.count('CreateTags'))
        self.assertEqual({'only': 'this'}, self.api.get_server(
            self.server['id'])['metadata'])
