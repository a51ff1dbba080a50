# SPDX-License-Identifier: Apache-2.0
"""Limits of disks become the speed that gp3 volumes are made with."""

from tests.functional.nova import base

MIB = 1024 * 1024


class DiskLimitsTest(base.NovaTestCase):

    def speeds(self, disk=20, **specs):
        """(GiB, IOPS, MiB/s) of each volume, as EC2 shows them."""
        flavor = self.flavor(disk=disk, ephemeral=2, extra_specs={
            name.replace('__', ':'): value for name, value in specs.items()})
        instance = self.instance_of(self.boot(flavorRef=flavor))
        shown = self.ec2.describe_volumes(VolumeIds=[
            one['volume_id'] for one in instance['volumes']])['Volumes']
        return sorted((one['Size'], one['Iops'], one['Throughput'])
                      for one in shown)

    def refusal(self, disk=20, **specs):
        words = self.refused(flavorRef=self.flavor(disk=disk, extra_specs={
            name.replace('__', ':'): value for name, value in specs.items()}))
        self.assertEqual([], self.launches())
        return words

    def test_by_nova_s_own_extra_specs(self):
        self.assertEqual(
            [(2, 3000, 400), (20, 6000, 400)],
            self.speeds(quota__disk_total_iops_sec='6000',
                        quota__disk_total_bytes_sec=str(400 * MIB)))

    def test_by_ours(self):
        self.assertEqual(
            [(2, 3000, 500), (20, 4000, 500)],
            self.speeds(ec2__volume_iops='4000',
                        ec2__volume_throughput='500'))

    def test_operations_that_the_throughput_needs_are_added(self):
        self.assertEqual([(2, 3000, 750), (20, 4000, 1000)],
                         self.speeds(ec2__volume_throughput='1000'))

    def test_without_limits_they_are_gp3_s_own(self):
        self.assertEqual([(2, 3000, 125), (20, 3000, 125)], self.speeds())

    def test_more_than_the_root_disk_can_have_is_refused(self):
        words = self.refusal(quota__disk_total_iops_sec='20000')
        self.assertIn('at most 10000', words)
        self.assertIn('needs 40 GiB', words)

    def test_less_than_ec2_can_hold_a_volume_to_is_refused(self):
        self.assertIn('3000 to 80000',
                      self.refusal(quota__disk_total_iops_sec='500'))

    def test_throughput_beyond_the_operations_is_refused(self):
        self.assertIn('needs 8000 operations', self.refusal(
            ec2__volume_iops='3000', ec2__volume_throughput='2000'))

    def test_limits_of_reads_alone_are_refused(self):
        self.assertIn('quota:disk_read_iops_sec',
                      self.refusal(quota__disk_read_iops_sec='4000'))

    def test_contradicting_limits_are_refused(self):
        self.assertIn('contradict', self.refusal(
            ec2__volume_iops='4000', quota__disk_total_iops_sec='5000'))


class OtherVolumesTest(base.NovaTestCase):
    START = False

    def test_volumes_that_are_not_gp3_cannot_be_limited(self):
        self.flags(group='ec2', volume_type='gp2')
        self.start_ec2()
        words = self.refused(flavorRef=self.flavor(
            extra_specs={'ec2:volume_iops': '4000'}))
        self.assertIn('[ec2] volume_type', words)
