# SPDX-License-Identifier: Apache-2.0
"""Whom a resource belongs to, by its tags."""

import unittest

import hypothesis
from hypothesis import strategies as st

from nova_ec2.models import tags
from nova_ec2.models.server import Ownership

NAMES = st.text('abcdefghij-._0123456789', min_size=1, max_size=64)


class OwnershipTest(unittest.TestCase):

    @hypothesis.given(NAMES, NAMES, st.uuids(), NAMES)
    def test_it_is_read_as_it_was_written(self, cloud, host, uuid, project):
        owner = Ownership(cloud, host, str(uuid), project)
        self.assertEqual(owner, tags.ownership(tags.of_owner(owner)))

    def test_without_cloud_or_server_it_is_nobodys(self):
        whole = tags.of_owner(Ownership('c', 'h', 's', 'p'))
        for key in (tags.CLOUD, tags.SERVER):
            self.assertIsNone(tags.ownership(
                {name: value for name, value in whole.items()
                 if name != key}))

    def test_the_name_and_metadata_mean_nothing(self):
        self.assertIsNone(tags.ownership(
            {'Name': 's', 'nova-metadata:nova-ec2:cloud': 'c',
             'nova-metadata:nova-ec2:server': 's'}))

    def test_no_key_of_a_tenant_is_reserved(self):
        self.assertFalse(tags.METADATA.startswith(tags.RESERVED))
        self.assertFalse(tags.RESERVED.startswith(tags.METADATA))


class ManifestTest(unittest.TestCase):

    @hypothesis.given(st.lists(st.uuids(), min_size=1, unique=True,
                               max_size=tags.MANIFEST_MOST))
    def test_each_member_is_found_by_its_index(self, uuids):
        names = [str(uuid) for uuid in uuids]
        made = tags.manifest(names)
        self.assertLessEqual(len(made), 4)
        for key, value in made.items():
            self.assertTrue(key.startswith(tags.RESERVED))
            self.assertLessEqual(len(value), 255)
        for index, name in enumerate(names):
            owner = tags.ownership({**made, tags.CLOUD: 'c'}, index)
            self.assertEqual(name, owner.server_uuid)
        self.assertEqual('', tags.member(made, len(names)))

    def test_a_servers_own_tag_goes_before(self):
        made = tags.manifest(['8d1c9c3e-6f3f-4c63-8d3c-0f2b8b2f6a11'])
        owner = tags.ownership(
            {**made, tags.CLOUD: 'c', tags.SERVER: 'own'})
        self.assertEqual('own', owner.server_uuid)

    def test_nonsense_names_nobody(self):
        for value in ('', 'x', '!' * 22, 'A' * 21):
            self.assertEqual('', tags.member({f'{tags.MANIFEST}0': value},
                                             0))
