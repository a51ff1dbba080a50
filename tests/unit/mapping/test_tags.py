# SPDX-License-Identifier: Apache-2.0
"""The tags of a server, and an attack on the reserved ones."""

import logging
import string
import unittest

import fixtures
import hypothesis
from hypothesis import strategies as st
from oslotest import base

from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags
from tests.unit.mapping import builders

# What nova-api lets through as a metadata key, with a taste for ours.
_API_KEYS = string.ascii_letters + string.digits + '-_:. '
_HOSTILE = st.sampled_from(
    [*(prefix + key for prefix in ('', ' ', tags.METADATA, tags.RESERVED)
       for key in (tags.CLOUD, tags.HOST, tags.SERVER, tags.PROJECT,
                   tags.USER, tags.FLAVOR, tags.HOSTNAME, tags.IMAGE,
                   tags.NAME, tags.RESERVED, 'aws:x', '')),
     'nova-ec2:cloud\0', 'NOVA-EC2:cloud', 'nova-ec2 :cloud', 'Nova-ec2:host'])
_KEYS = st.one_of(st.text(_API_KEYS, min_size=1, max_size=255),
                  st.text(max_size=255), _HOSTILE)
_VALUES = st.one_of(st.text(max_size=255), _HOSTILE, st.none())
_METADATA = st.dictionaries(_KEYS, _VALUES, max_size=60)
_CASE_BLIND = tags.RESERVED.lower()


class LaunchTagsTest(unittest.TestCase):
    def make(self, **changes):
        return tag_mapping.launch_tags(builders.instance(**changes),
                                       builders.OWNER)

    def test_ours(self):
        self.assertEqual(
            {'nova-ec2:cloud': 'cloud-1', 'nova-ec2:host': 'host-1',
             'nova-ec2:server': builders.SERVER,
             'nova-ec2:project': builders.PROJECT,
             'nova-ec2:user': builders.USER,
             'nova-ec2:flavor': 'm1.small', 'nova-ec2:hostname': 'web-1',
             'Name': 'web 1'},
            dict(self.make()))

    def test_metadata_follows_in_the_order_of_its_keys(self):
        made = self.make(metadata={'b': '2', 'a b': '1'})
        self.assertEqual((('nova-metadata:a+b', '1'),
                          ('nova-metadata:b', '2')), made[-2:])

    def test_empty_descriptions_are_left_out(self):
        keys = dict(self.make(display_name=None, hostname=None))
        self.assertNotIn('Name', keys)
        self.assertNotIn(tags.HOSTNAME, keys)

    def test_long_name_is_cut(self):
        made = dict(self.make(display_name='\U0001f600' * 200,
                              hostname='h' * 300))
        self.assertEqual('\U0001f600' * 127, made['Name'])
        self.assertEqual(255, len(made[tags.HOSTNAME]))

    def test_name_with_control_characters(self):
        made = dict(self.make(display_name='a\0b\nc\ufffed\u00e9'))
        self.assertEqual('abcd\u00e9', made['Name'])

    def test_hostname_cannot_leave_its_quotes(self):
        made = dict(self.make(hostname='a"\nruncmd: [x]'))
        self.assertEqual('a-runcmd-x-', made[tags.HOSTNAME])

    def test_overflow_is_dropped_with_a_warning(self):
        metadata = {f'key{number:02}': 'v' for number in range(60)}
        with self.assertLogs(tag_mapping.LOG.logger,
                             logging.WARNING) as logged:
            made = self.make(metadata=metadata)
        self.assertEqual(50, len(made))
        kept = 50 - 8
        self.assertEqual((f'nova-metadata:key{kept - 1:02}', 'v'), made[-1])
        self.assertIn(f"'key{kept:02}'", logged.output[0])
        self.assertNotIn(f"'key{kept - 1:02}'", logged.output[0])

    def test_too_long_is_dropped_and_the_rest_kept(self):
        room = tag_mapping.KEY_LIMIT - len(tags.METADATA)
        made, dropped = tag_mapping.metadata_tags(
            {'k' * room: 'fits', 'k' * (room + 1): 'not', 'long': 'v' * 256,
             'wide': '\U0001f600' * 128, 'last': 'v' * 255}, 50)
        self.assertEqual(['nova-metadata:' + 'k' * room,
                          'nova-metadata:last'], [key for key, _ in made])
        self.assertEqual(('k' * (room + 1), 'long', 'wide'), dropped)

    def test_nothing_dropped_nothing_logged(self):
        with self.assertNoLogs(tag_mapping.LOG.logger, logging.WARNING):
            self.make(metadata={'a': '1'})


class AttackTest(base.BaseTestCase):
    """Nothing a tenant writes may reach the reserved tags."""

    def setUp(self):
        super().setUp()
        self.useFixture(fixtures.FakeLogger())

    @hypothesis.settings(max_examples=300)
    @hypothesis.given(metadata=_METADATA, name=_VALUES, hostname=_VALUES,
                      key_name=_VALUES)
    def test_launch(self, metadata, name, hostname, key_name):
        # As a tenant sets them: past nova-api's checks, which are not
        # trusted here.
        server = builders.instance(display_name=name, hostname=hostname,
                                   key_name=key_name)
        object.__setattr__(server, '_obj_metadata', dict(metadata))
        made = tag_mapping.launch_tags(server, builders.OWNER)
        found = dict(made)

        self.assertEqual(len(made), len(found))
        self.assertLessEqual(len(made), 50)
        self.assertEqual(builders.OWNER, tags.ownership(found))
        ours = [key for key in found
                if key.lower().startswith(_CASE_BLIND) or key == tags.NAME]
        self.assertLessEqual(len(ours), 15)
        for key, value in tags.of_owner(builders.OWNER).items():
            self.assertEqual(value, found[key])
        self.assertEqual(builders.USER, found[tags.USER])
        self.assertEqual('m1.small', found[tags.FLAVOR])
        self.assertNotIn(tags.IMAGE, found)
        for key in set(found) - set(ours):
            self.assertTrue(key.startswith(tags.METADATA))
        for key, value in made:
            self.assertRegex(key, r'\A[A-Za-z0-9+=.,_:@-]{1,127}\Z')
            self.assertFalse(key.lower().startswith('aws:'))
            self.assertLessEqual(len(value), 255)

    @hypothesis.given(_KEYS, _VALUES)
    def test_later_change(self, key, value):
        """What change_instance_metadata would write or delete."""
        for tag in (tag_mapping.metadata_tag(key, value),
                    (tag_mapping.metadata_key(key), '')):
            if tag is not None and tag[0] is not None:
                self.assertTrue(tag[0].startswith(tags.METADATA))
                self.assertFalse(tag[0].startswith(tags.RESERVED))

    @hypothesis.given(st.dictionaries(
        st.text(_API_KEYS, min_size=1, max_size=100),
        st.text(string.printable.strip(), max_size=100), max_size=40))
    def test_metadata_comes_back_as_it_was(self, metadata):
        made, dropped = tag_mapping.metadata_tags(metadata, 42)
        self.assertEqual((), dropped)
        self.assertEqual(len(metadata), len(dict(made)))
        self.assertEqual(metadata, tag_mapping.metadata_of(dict(made)))
