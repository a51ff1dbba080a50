# SPDX-License-Identifier: Apache-2.0
"""Limits of disks become the speed of gp3 volumes."""

import unittest

import hypothesis
from hypothesis import strategies

from nova_ec2 import exceptions
from nova_ec2.emulator import disk_speed
from nova_ec2.mapping import disk_limits
from nova_ec2.mapping.disk_limits import Speed
from nova_ec2.models.launch import Disk
from tests.unit.mapping import builders

MIB = 1024 * 1024


def of(**specs):
    return disk_limits.of_flavor(builders.flavor(extra_specs={
        name.replace('__', ':'): value for name, value in specs.items()}))


class DiskLimitsTest(unittest.TestCase):

    def test_read(self):
        for specs, expected in (
                ({}, Speed()),
                ({'ec2__volume_iops': '4000'}, Speed(4000, 0)),
                ({'ec2__volume_throughput': '1000'}, Speed(4000, 1000)),
                ({'ec2__volume_throughput': '750'}, Speed(0, 750)),
                ({'quota__disk_total_iops_sec': '5000'}, Speed(5000, 0)),
                ({'quota__disk_total_iops_sec': '0'}, Speed()),
                ({'quota__disk_total_bytes_sec': str(200 * MIB + 5)},
                 Speed(0, 200)),
                ({'quota__disk_read_iops_sec': '0'}, Speed())):
            with self.subTest(specs=specs):
                self.assertEqual(expected, of(**specs))

    def test_refused(self):
        for specs in (
                {'quota__disk_total_iops_sec': '2999'},
                {'quota__disk_total_iops_sec': '-1'},
                {'quota__disk_total_bytes_sec': str(124 * MIB)},
                {'quota__disk_total_bytes_sec': str(2001 * MIB)},
                {'quota__disk_write_bytes_sec': '1'},
                {'ec2__volume_iops': '3000',
                 'ec2__volume_throughput': '751'},
                {'ec2__volume_iops': '3001',
                 'quota__disk_total_iops_sec': '3002'}):
            with self.subTest(specs=specs):
                self.assertRaises(exceptions.FlavorRefused, of, **specs)

    @hypothesis.given(
        strategies.integers(3000, 80000), strategies.integers(125, 2000),
        strategies.lists(strategies.integers(1, 65536), min_size=1,
                         max_size=4))
    def test_what_is_not_refused_ec2_takes(self, iops, throughput, sizes):
        specs = {'ec2:volume_iops': str(iops),
                 'ec2:volume_throughput': str(throughput)}
        flavor = builders.flavor(extra_specs=specs)
        disks = tuple(Disk(f'/dev/sd{number}', size)
                      for number, size in enumerate(sizes))
        try:
            made = disk_limits.apply(
                flavor, disk_limits.of_flavor(flavor), disks, 8)
        except exceptions.FlavorRefused:
            return
        self.assertEqual((iops, throughput),
                         (made[0].iops, made[0].throughput))
        for disk in made:
            disk_speed.check('gp3', disk.size_gib, disk.iops,
                             disk.throughput)
