# SPDX-License-Identifier: Apache-2.0
"""Interfaces that come to instances and go from them.

Elastic network interfaces, Amazon EC2 User Guide; the actions of that name,
Amazon EC2 API Reference.
"""

from tests.functional.emulator import base

# m5.large has three interfaces and ten addresses each.


class InterfaceTestCase(base.TestCase):

    def setUp(self):
        super().setUp()
        self.net = self.subnet()

    def make(self, **arguments):
        """The id of a new interface."""
        made = self.ec2.create_network_interface(
            **{'SubnetId': self.net, **arguments})
        return made['NetworkInterface']['NetworkInterfaceId']

    def attach(self, nic, instance_id, index=1):
        """The attachment's id."""
        return self.ec2.attach_network_interface(
            NetworkInterfaceId=nic, InstanceId=instance_id,
            DeviceIndex=index)['AttachmentId']

    def detach(self, attachment_id):
        self.ec2.detach_network_interface(AttachmentId=attachment_id)

    def look(self, nic):
        """One interface as DescribeNetworkInterfaces shows it."""
        found, = self.ec2.describe_network_interfaces(
            NetworkInterfaceIds=[nic])['NetworkInterfaces']
        return found

    def found(self, filters=None):
        """The ids that match."""
        listed = self.ec2.describe_network_interfaces(Filters=[
            {'Name': name, 'Values': [value]}
            for name, value in (filters or {}).items()])
        return [one['NetworkInterfaceId']
                for one in listed['NetworkInterfaces']]

    def by_index(self, instance_id):
        """An instance's interface ids and states of attachment."""
        return {one['Attachment']['DeviceIndex']: (
                    one['NetworkInterfaceId'], one['Attachment']['Status'])
                for one in self.describe(instance_id)['NetworkInterfaces']}


class TestCreate(InterfaceTestCase):

    def test_a_new_interface_is_pending_then_available(self):
        self.control.settings(interface_seconds=base.STEP)
        nic = self.make()
        self.assertEqual('pending', self.look(nic)['Status'])
        self.assertRefused('IncorrectState', self.attach, nic,
                           self.launched())
        self.step()
        self.assertEqual('available', self.look(nic)['Status'])

    def launched(self):
        """An instance that runs, without letting time pass."""
        self.control.settings(pending_seconds=0)
        return self.launch(SubnetId=self.net)

    def test_tags_and_groups_of_the_call_are_the_interfaces(self):
        (found,) = self.ec2.describe_subnets(SubnetIds=[self.net])['Subnets']
        group = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=found['VpcId'])['GroupId']
        nic = self.make(
            Groups=[group], PrivateIpAddress='10.9.0.77',
            Description='mine', TagSpecifications=[{
                'ResourceType': 'network-interface',
                'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        seen = self.look(nic)
        self.assertEqual([{'Key': 'k', 'Value': 'v'}], seen['TagSet'])
        self.assertEqual([group], [one['GroupId'] for one in seen['Groups']])
        self.assertEqual(('10.9.0.77', 'mine'), (seen['PrivateIpAddress'],
                                                 seen['Description']))

    def test_the_security_group_must_exist(self):
        self.assertRefused('InvalidGroup.NotFound', self.make,
                           Groups=['sg-0123456789abcdef0'])
        self.assertEqual([], self.found())

    def test_the_same_client_token_makes_one_interface(self):
        first = self.make(ClientToken='a')
        self.assertEqual(first, self.make(ClientToken='a'))
        self.assertEqual([first], self.found())
        self.assertRefused('IdempotentParameterMismatch', self.make,
                           ClientToken='a', PrivateIpAddress='10.9.0.9')

    def test_listings_are_filtered(self):
        tags = [{'ResourceType': 'network-interface',
                 'Tags': [{'Key': 'k', 'Value': 'v'}]}]
        instance_id = self.running(SubnetId=self.net)
        one, other = self.make(TagSpecifications=tags), self.make()
        self.attach(other, instance_id)
        self.assertEqual([one], self.found({'status': 'available'}))
        self.assertEqual([one], self.found({'tag:k': 'v'}))
        self.assertEqual(2, len(self.found(
            {'attachment.instance-id': instance_id})))
        self.assertEqual([other], self.found({
            'attachment.instance-id': instance_id,
            'attachment.device-index': '1'}))
        self.assertEqual([one], self.found(
            {'mac-address': self.look(one)['MacAddress']}))


class TestAttach(InterfaceTestCase):

    def test_an_interface_is_attached_to_a_running_instance(self):
        self.control.settings(interface_seconds=base.STEP)
        instance_id = self.running(SubnetId=self.net)
        nic = self.make()
        self.step()
        self.attach(nic, instance_id)
        self.assertEqual((nic, 'attaching'), self.by_index(instance_id)[1])
        self.step()
        self.assertEqual((nic, 'attached'), self.by_index(instance_id)[1])
        self.assertEqual('in-use', self.look(nic)['Status'])

    def test_an_interface_is_attached_to_a_stopped_instance(self):
        instance_id = self.running(SubnetId=self.net)
        self.ec2.stop_instances(InstanceIds=[instance_id])
        nic = self.make()
        self.assertRefused('IncorrectState', self.attach, nic, instance_id)
        self.step()
        self.attach(nic, instance_id)
        self.assertEqual((nic, 'attached'), self.by_index(instance_id)[1])

    def test_the_type_limits_the_number_of_interfaces(self):
        instance_id = self.running(SubnetId=self.net)
        for index in (1, 2):
            self.attach(self.make(), instance_id, index)
        message = self.assertRefused(
            'AttachmentLimitExceeded', self.attach, self.make(), instance_id,
            3)
        self.assertIn('Interface count 4 exceeds the limit for m5.large',
                      message)
        self.assertRefused(
            'AttachmentLimitExceeded', self.launch, NetworkInterfaces=[
                {'DeviceIndex': index, 'SubnetId': self.net}
                for index in range(4)])

    def test_the_type_limits_the_addresses_of_an_interface(self):
        instance_id = self.running(SubnetId=self.net)
        nic = self.make(SecondaryPrivateIpAddressCount=10)
        self.assertRefused('PrivateIpAddressLimitExceeded', self.attach,
                           nic, instance_id)

    def test_delete_on_termination_is_false_until_it_is_set(self):
        instance_id = self.running(SubnetId=self.net)
        kept, gone = self.make(), self.make()
        self.attach(kept, instance_id, 1)
        attachment_id = self.attach(gone, instance_id, 2)
        self.assertFalse(
            self.look(gone)['Attachment']['DeleteOnTermination'])

        def change(attachment_id):
            self.ec2.modify_network_interface_attribute(
                NetworkInterfaceId=gone, Attachment={
                    'AttachmentId': attachment_id,
                    'DeleteOnTermination': True})
        self.assertRefused('InvalidAttachmentID.NotFound', change,
                           self.look(kept)['Attachment']['AttachmentId'])
        change(attachment_id)
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.assertEqual([kept], self.found())


class TestDetach(InterfaceTestCase):

    def test_the_primary_interface_cannot_be_detached(self):
        nic = self.describe(self.running(SubnetId=self.net))[
            'NetworkInterfaces'][0]
        self.assertRefused('OperationNotPermitted', self.detach,
                           nic['Attachment']['AttachmentId'])

    def test_detaching_then_available(self):
        self.control.settings(interface_seconds=base.STEP)
        instance_id = self.running(SubnetId=self.net)
        nic = self.make()
        self.step()
        attachment_id = self.attach(nic, instance_id)
        self.step()
        self.detach(attachment_id)
        self.assertEqual((nic, 'detaching'), self.by_index(instance_id)[1])
        self.assertRefused('IncorrectState', self.detach, attachment_id)
        self.assertRefused('InvalidParameterValue',
                           self.ec2.delete_network_interface,
                           NetworkInterfaceId=nic)
        self.step()
        self.assertEqual('available', self.look(nic)['Status'])
        self.assertEqual([0], list(self.by_index(instance_id)))
        self.assertRefused('InvalidAttachmentID.NotFound', self.detach,
                           attachment_id)
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.assertRefused('InvalidNetworkInterfaceID.NotFound',
                           self.ec2.delete_network_interface,
                           NetworkInterfaceId=nic)

    def test_an_index_is_free_again(self):
        instance_id = self.running(SubnetId=self.net)
        self.detach(self.attach(self.make(), instance_id))
        nic = self.make()
        self.attach(nic, instance_id)
        self.assertEqual((nic, 'attached'), self.by_index(instance_id)[1])
