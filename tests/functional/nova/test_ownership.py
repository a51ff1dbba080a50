# SPDX-License-Identifier: Apache-2.0
"""Whose instance is whose: attacked from inside and from beside."""

from tests.functional.fixtures.emulator import Foreign, frozen
from tests.functional.nova import base

RESERVED = 'nova-ec2:'
OURS = {'cloud', 'host', 'server', 'project', 'user', 'flavor', 'hostname',
        'image'}


class TenantAttackTest(base.NovaTestCase):
    """A tenant tries to write what decides who owns an instance."""

    def assert_reserved_tags_true(self, server):
        instance = self.instance_of(server)
        record = self.record(server)
        true = {'cloud': base.CLOUD, 'host': base.HOST,
                'server': server['id'], 'project': record.project_id,
                'user': record.user_id}
        for tags in (instance['tags'], *(
                self.tags_in(call, kind) for call in self.launches()
                if call['ClientToken'] == instance['client_token']
                for kind in ('volume', 'network-interface'))):
            ours = {key.removeprefix(RESERVED): value
                    for key, value in tags.items()
                    if key.lower().startswith(RESERVED)}
            self.assertLessEqual(set(ours), OURS)
            self.assertEqual(true, {key: ours[key] for key in true})

    def attack(self, victim):
        """Metadata that would steal or hide a server if it were believed."""
        return {'nova-ec2:server': victim['id'], 'nova-ec2:host': 'other',
                'nova-ec2:cloud': 'other', 'NOVA-EC2:server': victim['id'],
                ' nova-ec2:server': victim['id'], 'Name': victim['id'],
                'nova-ec2:launch-0': 'A' * 22, 'aws:name': 'x',
                'nova-metadata:nova-ec2:host': 'other'}

    def test_metadata_name_and_image_cannot_forge_ownership(self):
        victim = self.boot()
        image = self.glance.add(**{
            'ec2_ami_id': self.emulator.ami, 'nova-ec2:host': 'other',
            'nova-ec2:server': victim['id'], 'ec2_instance_id': 'i-1'})
        liar = self.boot(
            name=f'nova-ec2:server={victim["id"]}', imageRef=image,
            hostname='nova-ec2-server', metadata=self.attack(victim))
        for server in (victim, liar):
            self.assert_reserved_tags_true(server)
        self.delete(liar)
        self.assertEqual('running', self.instance_of(victim)['state'])
        self.assertEqual([victim['id']], self.driver.list_instance_uuids())

    def test_later_changes_cannot_either(self):
        victim, liar = self.boot(), self.boot()
        for key, value in self.attack(victim).items():
            self.api.api_post(f'/servers/{liar["id"]}/metadata',
                              {'metadata': {key: value}})
        self.api.put_server(liar['id'], {'server': {
            'name': f'nova-ec2:server={victim["id"]}'}})
        self.act(liar, 'reboot', {'type': 'HARD'})
        self.until(liar, 'ACTIVE')
        for server in (victim, liar):
            self.assert_reserved_tags_true(server)
        self.restart()
        self.assertEqual({victim['id'], liar['id']},
                         set(self.driver.list_instance_uuids()))
        self.delete(liar)
        self.assertEqual('running', self.instance_of(victim)['state'])

    def test_a_tampered_instance_id_is_only_a_hint(self):
        victim, other = self.boot(), self.boot()
        record = self.record(other)
        record.system_metadata['ec2_instance_id'] = self.instance_of(
            victim)['instance_id']
        record.save()
        self.restart()
        self.delete(other)
        self.assertEqual('running', self.instance_of(victim)['state'])
        living, = self.emulator.living()
        self.assertEqual(victim['id'], living['tags']['nova-ec2:server'])


class ForeignInstanceTest(base.NovaTestCase):
    """Others use the same account; what is theirs is left alone."""

    def foreign(self, **tags):
        """An instance that somebody launched, as it must stay."""
        instance_id = Foreign(self.emulator, tags).launch()
        self.until_state(instance_id, 'running')
        return instance_id

    def look(self, instance_id):
        one, = [one for one in self.control.instances()
                if one['instance_id'] == instance_id]
        return frozen(one)

    def owner(self, server, **changes):
        """Tags like those of a server's instance, with differences."""
        tags = {'cloud': base.CLOUD, 'host': base.HOST,
                'server': server['id'], 'project': 'p', **changes}
        return {RESERVED + key: value for key, value in tags.items()}

    def test_lookalikes_are_neither_listed_nor_touched(self):
        server = self.boot(name='web')
        mine = self.instance_of(server)['instance_id']
        strangers = [
            self.foreign(Name='web'),
            self.foreign(**{'nova-metadata:nova-ec2:server': server['id'],
                            'Name': server['id']}),
            self.foreign(**self.owner(server, cloud='another-cloud')),
            self.foreign(**self.owner(server, host='another-host')),
            self.foreign(**{key: value for key, value in self.owner(
                server).items() if not key.endswith('cloud')}),
        ]
        before = [self.look(one) for one in strangers]
        self.restart()
        self.assertEqual([mine], self.driver.list_instances())
        self.assertEqual(1, self.driver.get_num_instances())
        self.sync_power()
        for action, argument in (('os-stop', None), ('os-start', None),
                                 ('reboot', {'type': 'HARD'})):
            self.act(server, action, argument)
            self.until(server, 'SHUTOFF' if action == 'os-stop'
                       else 'ACTIVE')
        self.delete(server)
        self.restart()
        self.assertEqual(before, [self.look(one) for one in strangers])
        self.assertEqual(sorted(strangers), sorted(
            one['instance_id'] for one in self.emulator.living()))

    def test_a_server_of_a_database_that_nova_has_not_is_left_alone(self):
        stranger = self.foreign(**self.owner(
            {'id': '0f0e7f5c-58d1-4b5e-a2d0-6f5f4f1f8f00'}))
        before = self.look(stranger)
        self.restart()
        self.control.advance(3600)
        self.driver.get_num_instances()
        self.assertEqual(before, self.look(stranger))


class MetadataTagTest(base.NovaTestCase):

    def test_metadata_become_tags_under_a_prefix_of_their_own(self):
        server = self.boot(metadata={'role': 'web', 'cost center': '42'})
        tags = self.instance_of(server)['tags']
        self.assertEqual(('web', '42'),
                         (tags['nova-metadata:role'],
                          tags['nova-metadata:cost+center']))

    def test_over_fifty_are_dropped_with_a_warning(self):
        self.flags(group='quota', metadata_items=-1)
        server = self.boot(metadata={f'key{number:02}': 'x'
                                     for number in range(60)})
        tags = self.instance_of(server)['tags']
        self.assertEqual(50, len(tags))
        self.assertIn('Server metadata not written as EC2 tags',
                      self.stdlog.logger.output)
        self.assertIn("'key59'", self.stdlog.logger.output)
