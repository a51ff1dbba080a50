# SPDX-License-Identifier: Apache-2.0
"""The ledger follows what Nova does, and what happens without it."""

from decimal import Decimal

from nova_ec2.costs import spans
from nova_ec2.models import tags as tag_keys
from tests.functional.nova import spending

HOUR = 3600
SMALL, LARGE = 't3a.small', 't3a.xlarge'


class LedgerTest(spending.SpendingTestCase):

    def resize(self, server, flavor):
        self.act(server, 'resize', {'flavorRef': flavor})
        self.until(server, 'VERIFY_RESIZE')

    def test_the_ledger_agrees_with_the_bill_of_what_nova_did(self):
        self.flags(allow_resize_to_same_host=True)
        server = self.boot(metadata={'stack': 'shop'})
        self.control.advance(HOUR)
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.control.advance(HOUR)
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        self.control.advance(HOUR / 2)
        self.resize(server, spending.LARGE)
        self.control.advance(2 * HOUR)
        self.act(server, 'confirmResize')
        self.until(server, 'ACTIVE')
        self.assertEqual(
            'shop', self.instance_of(server)['tags'][tag_keys.STACK])
        self.delete(server)
        self.control.advance(HOUR)
        self.assert_agrees()
        self.assertEqual(
            [(SMALL, 'closed')] * 3 + [(LARGE, 'closed')],
            self.written())
        self.assertEqual([], self.kept())
        for span in self.spans():
            self.assertEqual(
                (server['id'], server['tenant_id'], server['user_id'],
                 'shop', 'default', 'us-east-1', 'us-east-1a'),
                (span.use.server_uuid, span.use.project_id,
                 span.use.user_id, span.use.stack, span.use.account,
                 span.use.region, span.use.zone))

    def test_disks_of_servers_are_written_by_the_next_sweep(self):
        server = self.boot(metadata={'stack': 'shop'})
        kept, = self.kept()
        self.driver.get_num_instances()
        disk, = self.spans(spans.Kind.VOLUME)
        self.assertEqual((kept.span_id, kept.use.rate),
                         (disk.span_id, disk.use.rate))
        self.assertEqual([], self.kept())
        volume, = self.instance_of(server)['volumes']
        self.assertEqual(
            (volume['volume_id'], server['id'], server['tenant_id'], 'shop',
             round(Decimal('0.08') * volume['size_gib'] / 730, 10)),
            (disk.use.resource_id, disk.use.server_uuid,
             disk.use.project_id, disk.use.stack, disk.use.rate))
        self.delete(server)
        disk, = self.spans(spans.Kind.VOLUME)
        self.assertEqual(spans.State.CLOSED, disk.state)

    def test_what_happens_without_nova_is_written_by_the_next_sweep(self):
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.advance(HOUR)
        self.control.act('stop', instance_id)
        self.until_state(instance_id, 'stopped')
        self.control.advance(HOUR)
        self.driver.get_num_instances()
        self.assertEqual([(SMALL, 'closed')], self.written())
        self.assert_agrees()
        self.control.act('start', instance_id)
        self.until_state(instance_id, 'running')
        self.driver.get_num_instances()
        self.assertEqual([(SMALL, 'closed'), (SMALL, 'open')],
                         self.written())
        self.control.advance(HOUR)
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.driver.get_num_instances()
        self.assertEqual([(SMALL, 'closed')] * 2, self.written())
        self.assert_agrees()
