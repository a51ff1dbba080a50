# SPDX-License-Identifier: Apache-2.0
"""The address of an EC2 host, as Nova shows it of migrations."""

from tests.functional.nova import base


class HostAddressTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.flags(allow_resize_to_same_host=True, my_ip='192.0.2.17')

    def test_a_migration_shows_the_address_of_nova_compute(self):
        server = self.boot()
        flavor = self.flavor(
            extra_specs={'ec2:instance_type': 'm5.xlarge'})
        self.act(server, 'resize', {'flavorRef': flavor})
        self.until(server, 'VERIFY_RESIZE')
        migration, = self.admin_api.api_get(
            '/os-migrations').body['migrations']
        self.assertEqual('192.0.2.17', migration['dest_host'])
        self.assertEqual('m5.xlarge',
                         self.instance_of(server)['instance_type'])
