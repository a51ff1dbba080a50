# SPDX-License-Identifier: Apache-2.0
"""A server's life on EC2, worked with Horizon's forms only."""

import time

from selenium.webdriver.common.by import By

from localcloud import ec2
from localcloud.steps import images
from nova_ec2.emulator.client import Control
from tests.horizon import base, forms

NAME = 'from-horizon'
SNAPSHOT = 'horizon-snapshot'
TAG = 'nova-ec2:server'


class InstancesTest(base.HorizonTestCase):
    """Unmodified Horizon in front of EC2Driver."""

    def setUp(self):
        super().setUp()
        self.truth = Control(self.cloud.url('emulator'))
        self.before = {one['instance_id'] for one in self.truth.instances()}
        self.images_before = self.images()

    def test_launch_log_snapshot_delete(self):
        self.page.sign_in('demo')
        with self.pictured('launch'):
            self.launch()
        with self.pictured('active'):
            server_id = self.see_it_active()
        with self.pictured('log'):
            self.open_its_log(server_id)
        with self.pictured('snapshot'):
            self.snapshot_it(server_id)
        with self.pictured('deleted'):
            self.delete_it(server_id)

    def test_heats_panels_are_there(self):
        self.page.sign_in('demo')
        with self.pictured('stacks'):
            self.page.open('/project/stacks/')
            self.page.wait_text('Launch Stack')

    def launch(self):
        form = forms.LaunchForm(self.page)
        form.name(NAME)
        form.zone(ec2.ZONE)
        form.step('Source')
        form.allocate(images.NAME)
        form.step('Flavor')
        form.allocate('m1.small')
        # The only network and the only key pair are chosen by themselves.
        form.launch()

    def see_it_active(self):
        forms.cell(self.page, NAME, 'Status', 'Active')
        self.assertEqual(ec2.ZONE, forms.cell(self.page, NAME,
                                              'Availability Zone'))
        address = forms.cell(self.page, NAME, 'IP Address')
        (instance,) = self.living()
        self.assertEqual('running', instance['state'])
        self.assertEqual(instance['private_address'], address)
        return instance['tags'][TAG]

    def open_its_log(self, server_id):
        (instance,) = self.living()
        self.page.open(f'/project/instances/{server_id}/'
                       '?tab=instance_details__log')
        wanted = instance['instance_id']
        shown = self.page.wait_for(By.CSS_SELECTOR, 'pre.logs').text
        self.assertIn(wanted, shown)

    def snapshot_it(self, server_id):
        self.page.open('/project/instances/')
        forms.row_action(self.page, server_id, 'snapshot')
        self.page.wait_for(By.ID, 'id_name').send_keys(SNAPSHOT)
        forms.click(self.page, By.CSS_SELECTOR,
                    '.modal-dialog input[type="submit"], '
                    '.modal-dialog .btn-primary')
        self.wait_until(self.snapshot_is_listed_active)
        self.assertEqual(self.images_before + 1, self.images())

    def delete_it(self, server_id):
        self.page.open('/project/instances/')
        forms.row_action(self.page, server_id, 'delete')
        forms.click(self.page, By.CSS_SELECTOR,
                    '.modal-dialog .btn-danger, .modal-dialog .btn-primary')
        forms.gone(self.page, NAME)
        self.wait_until(lambda: not self.living())

    def snapshot_is_listed_active(self):
        self.page.open('/project/images')
        self.page.wait_text(SNAPSHOT)
        rows = self.page.driver.find_elements(
            By.XPATH, f'//tr[contains(., "{SNAPSHOT}")]')
        return any('Active' in row.text for row in rows)

    def images(self):
        """How many AMIs there are, in all accounts."""
        return sum(len(account['images'])
                   for account in self.truth.resources())

    def living(self):
        """The instances that this test made, and that are still there."""
        return [one for one in self.truth.instances()
                if one['instance_id'] not in self.before
                and one['state'] not in ('shutting-down', 'terminated')]

    def wait_until(self, probe, seconds=forms.SECONDS):
        deadline = time.monotonic() + seconds
        while not probe():
            self.assertLess(time.monotonic(), deadline, probe)
            time.sleep(1)
