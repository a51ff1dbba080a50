# SPDX-License-Identifier: Apache-2.0
"""Servers with two interfaces keep both, whatever becomes of the instance."""

from tests.functional.nova import base


class TwoInterfacesTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.flags(allow_resize_to_same_host=True, shelved_offload_time=0)
        network = {'uuid': self.neutron.network_1['id']}
        self.server = self.boot(
            networks=[network, network],
            flavorRef=self.flavor(extra_specs={
                'ec2:instance_type': 'm5.large'}))
        self.before = self.nics()

    def living(self):
        found, = self.emulator.living()
        return found

    def nics(self):
        """Addresses by the order of the guest's interfaces."""
        return {nic['device_index']: nic['private_address']
                for nic in self.living()['interfaces']}

    def assert_agreed(self):
        """EC2 has what it had, and Neutron knows its MACs."""
        self.assertEqual(self.before, self.nics())
        self.assertEqual(
            {nic['private_address']: nic['mac_address']
             for nic in self.living()['interfaces']},
            {port['fixed_ips'][0]['ip_address']: port['mac_address']
             for port in self.neutron.ports_of(self.server['id'])})

    def test_resize_and_revert(self):
        self.act(self.server, 'resize', {'flavorRef': self.flavor(
            vcpu=4, memory_mb=16384, extra_specs={
                'ec2:instance_type': 'm5.xlarge'})})
        self.until(self.server, 'VERIFY_RESIZE')
        self.assert_agreed()
        self.act(self.server, 'revertResize')
        self.until(self.server, 'ACTIVE')
        self.assert_agreed()

    def test_a_type_with_room_for_them_is_chosen(self):
        """Flavors name no type; t3.nano is the cheapest, and has two."""
        self.act(self.server, 'resize', {'flavorRef': self.flavor(
            vcpu=1, memory_mb=512)})
        self.until(self.server, 'VERIFY_RESIZE')
        self.assert_agreed()

    def test_rebuild(self):
        other = self.glance.add(ec2_ami_id=self.emulator.ami)
        self.act(self.server, 'rebuild', {'imageRef': other})
        self.until(self.server, 'ACTIVE')
        self.assert_agreed()

    def test_shelve_and_unshelve(self):
        self.act(self.server, 'shelve')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.act(self.server, 'unshelve')
        self.until(self.server, 'ACTIVE')
        self.assert_agreed()

    def test_delete(self):
        self.delete(self.server)
        self.assert_nothing_left()
