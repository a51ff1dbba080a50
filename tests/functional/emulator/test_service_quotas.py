# SPDX-License-Identifier: Apache-2.0
"""Service Quotas, after its API Reference."""

from tests.functional.emulator import base

STANDARD, STANDARD_SPOT = 'L-1216C47A', 'L-34B43A08'


class QuotaTest(base.TestCase):

    def setUp(self):
        super().setUp()
        self.quotas = self.client('service-quotas')

    def test_each_market_has_a_quota_of_standard_vcpus(self):
        self.control.settings(vcpu_limit=32, spot_vcpu_limit=16)
        for code, value in ((STANDARD, 32.0), (STANDARD_SPOT, 16.0)):
            found = self.quotas.get_service_quota(
                ServiceCode='ec2', QuotaCode=code)['Quota']
            self.assertEqual((code, value), (found['QuotaCode'],
                                             found['Value']))

    def test_the_list_comes_in_pages(self):
        first = self.quotas.list_service_quotas(ServiceCode='ec2',
                                                MaxResults=7)
        codes = [one['QuotaCode'] for one in first['Quotas']]
        self.assertEqual(7, len(codes))
        while 'NextToken' in first:
            first = self.quotas.list_service_quotas(
                ServiceCode='ec2', MaxResults=7,
                NextToken=first['NextToken'])
            codes += [one['QuotaCode'] for one in first['Quotas']]
        self.assertEqual(len(set(codes)), len(codes))
        self.assertLess({STANDARD, STANDARD_SPOT}, set(codes))

    def test_what_is_not_there_is_no_such_resource(self):
        self.assertRefused('NoSuchResourceException',
                           self.quotas.get_service_quota,
                           ServiceCode='ec2', QuotaCode='L-00000000')
        self.assertRefused('NoSuchResourceException',
                           self.quotas.list_service_quotas,
                           ServiceCode='none')
