# SPDX-License-Identifier: Apache-2.0
"""RunInstances, Amazon EC2 API Reference, and what an instance shows."""

import base64

from tests.functional.emulator import base


class TestLaunch(base.TestCase):
    """Parameters of RunInstances."""

    def test_the_architecture_must_match_that_of_the_image(self):
        arm = self.control.images()['arm64']
        message = self.assertRefused('InvalidParameterValue', self.launch,
                                     ImageId=arm)
        self.assertIn('arm64', message)
        self.assertTrue(self.launch(ImageId=arm, InstanceType='m6g.large'))

    def test_an_unknown_instance_type_is_invalid(self):
        message = self.assertRefused('InvalidParameterValue', self.launch,
                                     InstanceType='m5.colossal')
        self.assertIn('m5.colossal', message)

    def test_a_type_that_the_zone_does_not_offer_is_unsupported(self):
        offers = self.ec2.get_paginator(
            'describe_instance_type_offerings').paginate(
                LocationType='availability-zone',
                Filters=[{'Name': 'instance-type', 'Values': ['m7i.large']}])
        zones = {one['Location'] for page in offers
                 for one in page['InstanceTypeOfferings']}
        self.assertNotIn('us-east-1e', zones)
        message = self.assertRefused(
            'Unsupported', self.launch, InstanceType='m7i.large',
            Placement={'AvailabilityZone': 'us-east-1e'})
        self.assertIn('us-east-1a', message)

    def test_an_unknown_key_pair_is_not_found(self):
        self.assertRefused('InvalidKeyPair.NotFound', self.launch,
                           KeyName='nobody')
        self.ec2.create_key_pair(KeyName='somebody')
        (made,) = self.run_instances(KeyName='somebody')
        self.assertEqual('somebody', made['KeyName'])

    def test_an_unknown_subnet_is_not_found(self):
        self.assertRefused('InvalidSubnetID.NotFound', self.launch,
                           SubnetId='subnet-0123456789abcdef0')

    def test_user_data_is_limited_to_16_kb_in_raw_form(self):
        def user_data(instance_id):
            found = self.ec2.describe_instance_attribute(
                InstanceId=instance_id, Attribute='userData')['UserData']
            return base64.b64decode(found.get('Value', ''))
        raw = bytes(range(256)) * 64
        self.assertEqual(raw, user_data(self.launch(UserData=raw)))
        self.assertEqual(b'', user_data(self.launch()))
        self.assertRefused('InvalidParameterValue', self.launch,
                           UserData=raw + b'x')

    def test_metadata_options_are_kept_and_shown(self):
        instance_id = self.launch(MetadataOptions={
            'HttpTokens': 'required', 'HttpPutResponseHopLimit': 2,
            'InstanceMetadataTags': 'enabled'})
        shown = self.describe(instance_id)['MetadataOptions']
        self.assertEqual(('required', 2, 'enabled', 'enabled'),
                         (shown['HttpTokens'],
                          shown['HttpPutResponseHopLimit'],
                          shown['InstanceMetadataTags'],
                          shown['HttpEndpoint']))

    def test_metadata_options_have_limits(self):
        for options in ({'HttpPutResponseHopLimit': 65},
                        {'HttpTokens': 'perhaps'}):
            self.assertRefused('InvalidParameterValue', self.launch,
                               MetadataOptions=options)

    def test_a_parameter_that_would_be_ignored_is_refused(self):
        for change in (
                {'CpuOptions': {'CoreCount': 1, 'ThreadsPerCore': 1}},
                {'Placement': {'PartitionNumber': 1}},
                {'Placement': {'Tenancy': 'dedicated'}},
                {'NetworkInterfaces': [{'DeviceIndex': 0,
                                        'Ipv6PrefixCount': 1}]},
                {'BlockDeviceMappings': [{
                    'DeviceName': '/dev/sdf',
                    'Ebs': {'VolumeSize': 1, 'OutpostArn': 'a'}}]}):
            self.assertRefused('UnsupportedOperation', self.launch, **change)

    def test_the_vcpu_limit_is_that_of_running_instances(self):
        self.control.settings(vcpu_limit=4)
        self.launch()
        stopped = self.running()
        message = self.assertRefused('VcpuLimitExceeded', self.launch)
        self.assertIn('vCPU limit of 4', message)
        self.ec2.stop_instances(InstanceIds=[stopped])
        self.step()
        self.assertEqual(1, len(self.run_instances(MaxCount=5)))

    def test_an_instance_is_in_the_zone_that_is_asked_for(self):
        for zone in ('us-east-1a', 'us-east-1f'):
            (made,) = self.run_instances(
                Placement={'AvailabilityZone': zone})
            self.assertEqual(zone, made['Placement']['AvailabilityZone'])


class TestConsole(base.TestCase):
    """GetConsoleOutput."""

    def output(self, instance_id):
        """The text, '' where there is none."""
        return self.ec2.get_console_output(
            InstanceId=instance_id).get('Output', '')

    def test_the_output_is_posted_shortly_after_boot(self):
        instance_id = self.running(TagSpecifications=[
            {'ResourceType': 'instance', 'Tags': [
                {'Key': 'nova-ec2:hostname', 'Value': 'web-1'}]}])
        self.assertEqual('', self.output(instance_id))
        self.step()
        text = self.output(instance_id)
        self.assertIn('web-1 login:', text)
        self.assertIn(instance_id, text)
        self.assertIn(self.describe(instance_id)['PrivateIpAddress'], text)

    def test_the_output_remains_when_the_instance_is_stopped(self):
        instance_id = self.running()
        self.step()
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.assertIn('login:', self.output(instance_id))


class TestAttributes(base.TestCase):
    """ModifyInstanceAttribute."""

    def test_to_modify_some_attributes_the_instance_must_be_stopped(self):
        instance_id = self.running()
        for change in ({'InstanceType': {'Value': 'm5.xlarge'}},
                       {'UserData': {'Value': b'x'}}):
            self.assertRefused('IncorrectInstanceState',
                               self.ec2.modify_instance_attribute,
                               InstanceId=instance_id, **change)

    def test_the_type_and_user_data_of_a_stopped_instance_change(self):
        instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.ec2.modify_instance_attribute(
            InstanceId=instance_id, InstanceType={'Value': 'm5.xlarge'})
        self.ec2.modify_instance_attribute(
            InstanceId=instance_id, UserData={'Value': b'\xff\x00'})
        self.assertEqual('m5.xlarge',
                         self.describe(instance_id)['InstanceType'])
        found = self.ec2.describe_instance_attribute(
            InstanceId=instance_id, Attribute='userData')['UserData']
        self.assertEqual(b'\xff\x00', base64.b64decode(found['Value']))
        self.assertRefused('InvalidParameterValue',
                           self.ec2.modify_instance_attribute,
                           InstanceId=instance_id,
                           InstanceType={'Value': 'm6g.large'})

    def test_you_can_specify_only_one_attribute_at_a_time(self):
        instance_id = self.running()
        self.assertRefused('InvalidParameterCombination',
                           self.ec2.modify_instance_attribute,
                           InstanceId=instance_id,
                           DisableApiTermination={'Value': True},
                           DisableApiStop={'Value': True})

    def test_the_groups_of_the_primary_interface_are_replaced(self):
        (made,) = self.run_instances()
        group = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=made['VpcId'])['GroupId']
        self.ec2.modify_instance_attribute(
            InstanceId=made['InstanceId'], Groups=[group])
        shown = self.describe(made['InstanceId'])
        self.assertEqual([group], [one['GroupId']
                                   for one in shown['SecurityGroups']])
