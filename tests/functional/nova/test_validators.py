# SPDX-License-Identifier: Apache-2.0
"""nova-api knows the extra specs of the ec2: scope."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base


class ValidatorsTest(base.NovaTestCase):
    START = False

    def set_specs(self, **specs):
        flavor = self.flavor()
        self.admin_api.post_extra_spec(
            flavor, {'extra_specs': {f'ec2:{key}': value
                                     for key, value in specs.items()}})
        return self.admin_api.get_extra_specs(flavor)

    def refusal(self, **specs):
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.set_specs, **specs)
        self.assertEqual(400, error.response.status_code)
        return str(error)

    def test_a_typing_error_is_refused(self):
        self.assertIn('ec2:instance_tpye',
                      self.refusal(instance_tpye='m7i.large'))

    def test_a_wrong_value_is_refused_and_the_right_ones_are_named(self):
        self.assertIn('x86_64, arm64', self.refusal(architecture='sparc'))
        self.assertIn('80000', self.refusal(volume_iops='100000'))
        self.assertIn('boolean', self.refusal(mac='perhaps'))

    def test_right_ones_are_kept(self):
        specs = self.set_specs(instance_type='m7i.large', volume_iops='4000')
        self.assertEqual({'ec2:instance_type': 'm7i.large',
                          'ec2:volume_iops': '4000'}, specs)

    def test_before_microversion_2_86_the_build_refuses(self):
        self.start_ec2()
        self.admin_api.microversion = '2.85'
        flavor = self.flavor(extra_specs={'ec2:instance_tpye': 'm7i.large'})
        self.admin_api.microversion = 'latest'
        self.assertIn('ec2:instance_tpye', self.refused(flavorRef=flavor))
