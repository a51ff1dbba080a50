# SPDX-License-Identifier: Apache-2.0
"""Device names that EC2 accepts."""

import re
import unittest
from unittest import mock

import hypothesis
from hypothesis import strategies as st
from nova import exception as nova_exception
from nova import objects

from nova_ec2.mapping import devices
from tests.unit.mapping import builders

_ANY = st.one_of(
    st.none(), st.sampled_from(['', '/dev/vdb', 'vdb', '/dev/sda1', '/dev/f',
                                'sdf', '/dev/xvda', '/dev/sdb']),
    st.from_regex(r'/dev/(sd|xvd)[a-z]{1,2}[0-9]{0,2}', fullmatch=True))
_LEGAL = re.compile(r'/dev/(sd|xvd)([b-z]|[bc][a-z])')


class NamesTest(unittest.TestCase):
    def test_first_names(self):
        self.assertEqual('/dev/xvdf', devices.next_name([]))
        self.assertEqual('/dev/sdf', devices.next_name([], '/dev/sda1'))
        self.assertEqual('/dev/xvdf', devices.next_name([], '/dev/vda'))

    def test_both_styles_are_one_device(self):
        self.assertEqual('/dev/sdg',
                         devices.next_name(['/dev/xvdf'], '/dev/sda1'))

    def test_all_taken(self):
        used = []
        with self.assertRaises(nova_exception.TooManyDiskDevices):
            for _attempt in range(100):
                used.append(devices.next_name(used))
        self.assertEqual(73, len(set(used)))

    @hypothesis.given(st.lists(_ANY, max_size=8),
                      st.sampled_from(['/dev/xvda', '/dev/sda1', '/dev/vda']))
    def test_always_legal_and_never_twice(self, wanted, root):
        names = list(devices.names(wanted, root))
        letters = [re.sub(r'/dev/(sd|xvd)', '', name) for name in names]
        self.assertEqual(len(wanted), len(set(letters)))
        for name in names:
            self.assertRegex(name, _LEGAL)

    @hypothesis.given(st.lists(_ANY, max_size=8))
    def test_stable(self, wanted):
        once = list(devices.names(wanted, '/dev/xvda'))
        self.assertEqual(once, list(devices.names(once, '/dev/xvda')))


class BlockDevicesTest(unittest.TestCase):
    """What nova-compute asks the driver for."""

    def test_default_names_are_saved_where_they_change(self):
        root = builders.bdm(source_type='image', boot_index=0,
                            device_name='/dev/xvda')
        kept = builders.bdm(device_name='/dev/xvdf')
        illegal = builders.bdm(device_name='/dev/vdb')
        missing = builders.bdm()
        with mock.patch.object(objects.BlockDeviceMapping, 'save',
                               autospec=True) as save:
            devices.set_default_names('/dev/xvda', [root], [kept],
                                      [illegal, missing])
        self.assertEqual(
            ['/dev/xvda', '/dev/xvdf', '/dev/xvdg', '/dev/xvdh'],
            [one.device_name for one in (root, kept, illegal, missing)])
        self.assertEqual([mock.call(illegal), mock.call(missing)],
                         save.call_args_list)

    def test_one_more(self):
        bdms = [builders.bdm(device_name='/dev/xvda'),
                builders.bdm(device_name='/dev/xvdf'), builders.bdm()]
        for wanted, expected in ((None, '/dev/xvdg'),
                                 ('/dev/sdh', '/dev/sdh'),
                                 ('/dev/sdf', '/dev/xvdg'),
                                 ('/dev/vdb', '/dev/xvdg')):
            self.assertEqual(expected, devices.name_for(
                bdms, wanted, '/dev/xvda'))
