# SPDX-License-Identifier: Apache-2.0
"""AWS Price List: GetProducts, by its API reference."""

import json

from tests.functional.emulator import base

LINUX = {'regionCode': 'ap-south-1', 'operatingSystem': 'Linux',
         'tenancy': 'Shared', 'preInstalledSw': 'NA',
         'capacitystatus': 'Used'}


def filters(**wanted):
    return [{'Type': 'TERM_MATCH', 'Field': field, 'Value': value}
            for field, value in wanted.items()]


class TestGetProducts(base.TestCase):

    def setUp(self):
        super().setUp()
        self.pricing = self.client('pricing')

    def get(self, **asked):
        return self.pricing.get_products(**{
            'ServiceCode': 'AmazonEC2', 'Filters': filters(**LINUX), **asked})

    def products(self, **asked):
        return [json.loads(one) for one in self.get(**asked)['PriceList']]

    def usd(self, **wanted):
        """The prices of what matches, by usage type."""
        found = {}
        for one in self.products(Filters=filters(**wanted)):
            (term,) = one['terms']['OnDemand'].values()
            found[one['product']['attributes']['usagetype']] = [
                (dimension['beginRange'], dimension['unit'],
                 dimension['pricePerUnit']['USD'])
                for dimension in term['priceDimensions'].values()]
        return found

    def test_only_products_that_match_all_filters_are_returned(self):
        self.assertEqual(
            {'APS3-BoxUsage:m5.large': [('0', 'Hrs', '0.1008000000')]},
            self.usd(**LINUX, instanceType='m5.large'))
        windows = {**LINUX, 'operatingSystem': 'Windows'}
        self.assertEqual(
            [('0', 'Hrs', '0.1915200000')],
            self.usd(**windows, instanceType='m5.large')[
                'APS3-BoxUsage:m5.large'])
        self.assertEqual({}, self.usd(**LINUX, instanceType='a1.large'))

    def test_a_tier_that_is_free_has_a_dimension_of_its_own(self):
        self.assertEqual(
            [('0', 'IOPS-Mo', '0.0000000000'),
             ('3000', 'IOPS-Mo', '0.0060000000')],
            self.usd(regionCode='eu-central-1', volumeApiName='gp3',
                     productFamily='System Operation')[
                         'EUC1-EBS:VolumeP-IOPS.gp3'])

    def test_continue_pagination_until_there_is_no_next_token(self):
        whole = self.get()['PriceList']
        self.assertLess(10, len(whole))
        paged, more = [], {}
        while True:
            page = self.get(MaxResults=7, **more)
            self.assertLessEqual(len(page['PriceList']), 7)
            paged += page['PriceList']
            if 'NextToken' not in page:
                break
            more = {'NextToken': page['NextToken']}
        self.assertEqual(whole, paged)
        self.assertEqual(len(paged), len(set(paged)))

    def test_the_pagination_token_is_invalid(self):
        token = self.get(MaxResults=7)['NextToken']
        for asked in ({'NextToken': 'abc'},
                      {'NextToken': token, 'ServiceCode': 'AmazonVPC',
                       'Filters': []},
                      {'NextToken': token, 'Filters': filters(
                          **LINUX, instanceType='m5.large')}):
            self.assertRefused('InvalidNextTokenException', self.get, **asked)

    def test_parameters_are_checked(self):
        for asked in ({'ServiceCode': 'AmazonNothing'},
                      {'FormatVersion': 'aws_v2'},
                      {'Filters': filters(colour='red')},
                      {'Filters': filters(**LINUX) * 11},
                      {'MaxResults': 101}):
            self.assertRefused('InvalidParameterException', self.get, **asked)

    def test_the_api_is_offered_in_three_regions_and_signed(self):
        for region in ('eu-central-1', 'ap-south-1'):
            self.pricing = self.client('pricing', region_name=region)
            self.assertTrue(self.get()['PriceList'])
        self.pricing = self.client('pricing', region_name='eu-west-1')
        self.assertRefused('InvalidSignatureException', self.get)
        self.pricing = self.client('pricing', aws_secret_access_key='wrong')
        self.assertRefused('SignatureDoesNotMatch', self.get)

    def test_addresses_are_a_product_of_vpc(self):
        found = self.products(ServiceCode='AmazonVPC',
                              Filters=filters(regionCode='us-east-1'))
        self.assertLessEqual(
            {'USE1-PublicIPv4:InUseAddress', 'USE1-PublicIPv4:IdleAddress'},
            {one['product']['attributes']['usagetype'] for one in found})
