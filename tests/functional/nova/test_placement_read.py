# SPDX-License-Identifier: Apache-2.0
"""Requests to Placement do not grow with the servers that are there."""

import re
from unittest import mock

from nova.scheduler.client import report

from tests.functional.nova import base

EXISTING = 4
_ALLOCATIONS = re.compile(r'^/allocations/([0-9a-f-]{36})')


class AllocationReadTest(base.NovaTestCase):

    START = False

    def setUp(self):
        super().setUp()
        self.read = []
        get = report.SchedulerReportClient.get

        def counted(client, url, *args, **kwargs):
            found = _ALLOCATIONS.match(url)
            if found:
                self.read.append(found[1])
            return get(client, url, *args, **kwargs)

        patch = mock.patch.object(report.SchedulerReportClient, 'get',
                                  counted)
        patch.start()
        self.addCleanup(patch.stop)

    def gets_of(self, step, *args):
        """What a step returns, and whose allocations it read."""
        self.read.clear()
        result = step(*args)
        return result, list(self.read)

    def gets_per_boot(self):
        """GETs of /allocations for each of some boots one after another."""
        counts = []
        for _ in range(EXISTING + 1):
            _, read = self.gets_of(self.boot)
            counts.append(len(read))
        return counts

    def test_constant_without_the_read(self):
        self.compute = self.start_ec2()
        counts = self.gets_per_boot()
        self.assertEqual({counts[0]}, set(counts), counts)

    def test_growing_with_it(self):
        self.flags(group='ec2', skip_allocation_read=False)
        self.compute = self.start_ec2()
        counts = self.gets_per_boot()
        for before, after in zip(counts, counts[1:], strict=False):
            self.assertGreater(after, before, counts)

    def test_growing_where_pci_devices_are_in_placement(self):
        self.flags(group='pci', report_in_placement=True)
        self.compute = self.start_ec2()
        counts = self.gets_per_boot()
        self.assertGreater(counts[-1], counts[0], counts)

    def test_deletion_and_periodic_update_read_nobody_elses(self):
        self.compute = self.start_ec2()
        first, second = self.boot(), self.boot()
        _, read = self.gets_of(self.delete, first)
        self.assertNotIn(second['id'], read)
        _, read = self.gets_of(
            self.compute.manager.update_available_resource,
            self.admin_context())
        self.assertNotIn(second['id'], read)

    def test_placement_is_told_the_same(self):
        self.compute = self.start_ec2()
        server = self.boot()
        allocated = self.placement.get(
            f'/allocations/{server["id"]}', version='1.28').body
        self.assertEqual(
            [{'MEMORY_MB': 2048, 'VCPU': 1, 'DISK_GB': 20}],
            [each['resources'] for each
             in allocated['allocations'].values()])
        self.delete(server)
        self.assertEqual({}, self.placement.get(
            f'/allocations/{server["id"]}', version='1.28').body[
                'allocations'])

    def test_other_readers_and_other_drivers_read_on(self):
        self.compute = self.start_ec2()
        private = self.start_private()
        server = self.boot(self.admin_api, host=base.HOST)
        context = self.admin_context()
        found = (self.compute.manager.reportclient
                 .get_allocations_for_provider_tree(context, base.HOST))
        self.assertEqual([server['id']], list(found))
        self.assertIs(report.SchedulerReportClient,
                      type(private.manager.rt.reportclient))
        other = self.boot(self.admin_api, host='private')
        _, read = self.gets_of(
            private.manager.update_available_resource, context)
        self.assertIn(other['id'], read)
