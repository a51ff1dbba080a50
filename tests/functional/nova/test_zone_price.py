# SPDX-License-Identifier: Apache-2.0
"""A server without a zone goes where it is cheapest and there is room."""

from nova_ec2.fleet.launch import Offerings
from tests.functional.nova import base
from tests.functional.nova.zones import HOST_B, ZONE_B, ZonesCase

WEIGHER = 'nova_ec2.scheduler.zone_price.ZonePriceWeigher'


class ZonePriceTest(ZonesCase):

    def _set_options(self):
        super()._set_options()
        self.flags(group='filter_scheduler', weight_classes=[
            'nova.scheduler.weights.all_weighers', WEIGHER])

    def setUp(self):
        super().setUp()
        self.start_b()

    def test_where_capacity_is_out_nothing_goes(self):
        kind = 't3a.small'
        flavor = self.flavor(extra_specs={'ec2:instance_type': kind})
        for full, zone, other in ((base.HOST, base.ZONE, HOST_B),
                                  (HOST_B, ZONE_B, base.HOST)):
            number = self.control.no_capacity(kind, zone)
            # It learns of it, and tells nova-scheduler within a minute.
            self.forced(full, flavorRef=flavor)
            self.minute()
            asked = self.count('RunInstances')
            self.assertEqual(other, self.host_of(
                self.boot(flavorRef=flavor)))
            self.assertEqual(asked + 1, self.count('RunInstances'))
            self.control.clear_faults(number)
            for compute in self.computes.values():
                # Three minutes are over.
                compute.manager.driver.compute.site.launcher.offerings = (
                    Offerings())
            self.minute()

    def minute(self):
        """What every nova-compute does each minute."""
        for compute in self.computes.values():
            compute.manager.update_available_resource(self.admin_context())
