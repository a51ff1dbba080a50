# SPDX-License-Identifier: Apache-2.0
"""How much a server used its volumes, as Nova accounts for it."""

from tests.functional.nova.test_volumes import VolumeTestCase

NAMES = ('VolumeReadOps', 'VolumeReadBytes', 'VolumeWriteOps',
         'VolumeWriteBytes')


class VolumeUsageTest(VolumeTestCase):

    def setUp(self):
        super().setUp()
        self.flags(volume_usage_poll_interval=300)
        self.server, self.volume = self.boot(), self.cinder.add()
        self.measure((3600, 1000))
        self.attach(self.server, self.volume)

    def measure(self, *values):
        """CloudWatch measures: pairs of seconds ago and a first value."""
        for place, name in enumerate(NAMES):
            self.control.metric(
                'AWS/EBS', name, {'VolumeId': self.cinder.ebs[self.volume]},
                [(ago, value + place) for ago, value in values])

    def poll(self):
        """One round of Nova's, and what it told of the volume."""
        self.notifier.reset()
        self.compute.manager._poll_volume_usage(self.admin_context())
        return self.told()

    def told(self):
        """What the last notification says of the volume."""
        sent = [one.payload for one in self.notifier.notifications
                if one.event_type == 'volume.usage'
                and one.payload['volume_id'] == self.volume]
        return sent[-1] if sent else None

    def test_all_since_it_was_attached(self):
        self.assertIsNone(self.poll())
        self.measure((0, 10))
        told = self.poll()
        self.assertEqual(self.server['id'], told['instance_id'])
        self.assertEqual((10, 11, 12, 13), (
            told['reads'], told['read_bytes'], told['writes'],
            told['write_bytes']))
        self.measure((0, 5))
        self.assertEqual(15, self.poll()['reads'])

    def test_what_was_used_until_it_is_detached(self):
        self.measure((0, 10))
        self.poll()
        self.measure((0, 5))
        self.detach(self.server, self.volume)
        self.assertEqual(15, self.told()['reads'])

    def test_no_metrics_are_no_reason_not_to_detach(self):
        self.control.fault('error', 'GetMetricData', times=0, status=400,
                           code='AccessDenied', message='Not you.')
        self.assertIsNone(self.poll())
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)
