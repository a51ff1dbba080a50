# SPDX-License-Identifier: Apache-2.0
"""What the scheduler knows of an EC2 host."""

from tests.functional.nova import base

ENDLESS = 0x7FFFFFFF


class PlacementTest(base.NovaTestCase):

    def provider(self, host=base.HOST):
        return self._get_provider_uuid_by_name(host)

    def test_capacity_without_end_in_placement(self):
        inventories = self._get_provider_inventory(self.provider())
        self.assertEqual({'VCPU', 'MEMORY_MB', 'DISK_GB',
                          'MEM_ENCRYPTION_CONTEXT'}, set(inventories))
        for found in inventories.values():
            self.assertEqual(
                (ENDLESS, ENDLESS, 0, 1.0),
                (found['total'], found['max_unit'], found['reserved'],
                 found['allocation_ratio']))

    def test_modest_figures_for_the_weighers(self):
        node, = self.admin_api.api_get('/os-hypervisors/detail').body[
            'hypervisors']
        self.assertEqual(('ec2', base.HOST),
                         (node['hypervisor_type'],
                          node['hypervisor_hostname']))
        with_figures = self.compute.manager.driver.get_available_resource(
            base.HOST)
        self.assertEqual((256, 1048576, 16384), (
            with_figures['vcpus'], with_figures['memory_mb'],
            with_figures['local_gb']))
        self.assertIn('servers in us-east-1a', node['uptime'])

    def test_traits(self):
        traits = set(self._get_provider_traits(self.provider()))
        self.assertLessEqual(
            {'CUSTOM_EC2', 'CUSTOM_EC2_REGION_US_EAST_1',
             'CUSTOM_EC2_ZONE_US_EAST_1A'}, traits)

    def test_an_operators_own_trait_survives(self):
        self._create_trait('CUSTOM_GREEN')
        provider = self.provider()
        self._set_provider_traits(
            provider, [*self._get_provider_traits(provider),
                       'CUSTOM_GREEN'])
        self.restart()
        self._run_periodics()
        self.assertIn('CUSTOM_GREEN', self._get_provider_traits(provider))

    def test_flavors_can_require_and_forbid_ec2(self):
        self.start_private()
        for wish, host in (('required', base.HOST), ('forbidden',
                                                     'private')):
            flavor = self.flavor(extra_specs={'trait:CUSTOM_EC2': wish})
            for _ in range(2):
                server = self.boot(flavorRef=flavor)
                self.assertEqual(host, server['OS-EXT-SRV-ATTR:host'])

    def test_images_can_require_a_zone(self):
        self.start_private()
        image = self.glance.add(**{
            'ec2_ami_id': self.emulator.ami,
            'trait:CUSTOM_EC2_ZONE_US_EAST_1A': 'required'})
        server = self.boot(imageRef=image)
        self.assertEqual(base.HOST, server['OS-EXT-SRV-ATTR:host'])

    def test_allocations_come_and_go_with_the_server(self):
        server = self.boot()
        usages = self._get_provider_usages(self.provider())
        self.assertEqual({'VCPU': 1, 'MEMORY_MB': 2048, 'DISK_GB': 20,
                          'MEM_ENCRYPTION_CONTEXT': 0},
                         usages)
        self.delete(server)
        self.wait_until(
            lambda: not any(self._get_provider_usages(
                self.provider()).values()), 'the allocation to go')
