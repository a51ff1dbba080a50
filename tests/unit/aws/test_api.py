# SPDX-License-Identifier: Apache-2.0
"""What is sent to EC2, and what is made of its answers."""

import unittest

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import EC2
from nova_ec2.models.launch import (
    Candidate,
    Disk,
    InterfaceRequest,
    LaunchRequest,
)
from nova_ec2.models.server import Ownership, ServerState
from tests.unit.aws import fake

OWNER = Ownership('cloud', 'host', '8d1c9c3e-6f3f-4c63-8d3c-0f2b8b2f6a11')
REQUEST = LaunchRequest(
    owner=OWNER, token_seed='seed', image_id='ami-1',
    candidates=(Candidate('m5.large', 'us-east-1a'),),
    tags=(('nova-ec2:cloud', 'cloud'), ('Name', 'web')),
    interfaces=(InterfaceRequest('subnet-1', ('sg-1',), 'port-1',
                                 '10.0.0.9', 0),),
    disks=(Disk('/dev/xvda', 20), Disk('/dev/xvdf', 0)))


def instance(number, state='running', **more):
    return {'InstanceId': f'i-{number:017x}', 'State': {'Name': state},
            **more}


def listing(*instances, token=None):
    answer = {'Reservations': [{'Instances': [one]} for one in instances]}
    return {**answer, 'NextToken': token} if token else answer


def over(**answers):
    caller, client = fake.caller(1, **answers)
    return EC2.over(caller), client


class RunTest(unittest.TestCase):

    def sent(self, request=REQUEST):
        ec2, client = over(run_instances=listing(instance(1))
                           ['Reservations'][0])
        ec2.instances.run(request, request.candidates[0], 'token')
        return client.parameters('run_instances')[0]

    def test_identity_and_token_are_in_the_call_itself(self):
        sent = self.sent()
        self.assertEqual('token', sent['ClientToken'])
        kinds = {spec['ResourceType'] for spec in sent['TagSpecifications']}
        self.assertEqual({'instance', 'volume', 'network-interface'}, kinds)
        for spec in sent['TagSpecifications']:
            self.assertEqual({'Key': 'nova-ec2:cloud', 'Value': 'cloud'},
                             spec['Tags'][0])

    def test_one_server_is_asked_for(self):
        sent = self.sent()
        self.assertEqual((1, 1), (sent['MinCount'], sent['MaxCount']))

    def test_everything_goes_with_the_server(self):
        sent = self.sent()
        self.assertTrue(all(nic['DeleteOnTermination']
                            for nic in sent['NetworkInterfaces']))
        self.assertTrue(all(disk['Ebs']['DeleteOnTermination']
                            for disk in sent['BlockDeviceMappings']))

    def test_metadata_needs_a_token(self):
        self.assertEqual('required',
                         self.sent()['MetadataOptions']['HttpTokens'])

    def test_the_interface_asks_for_the_ports_address(self):
        nic = self.sent()['NetworkInterfaces'][0]
        self.assertEqual(('10.0.0.9', 'subnet-1', ['sg-1'], 0),
                         (nic['PrivateIpAddress'], nic['SubnetId'],
                          nic['Groups'], nic['DeviceIndex']))

    def test_a_disk_without_size_keeps_the_snapshots(self):
        root, further = self.sent()['BlockDeviceMappings']
        self.assertEqual(20, root['Ebs']['VolumeSize'])
        self.assertNotIn('VolumeSize', further['Ebs'])

    def test_what_is_not_asked_for_is_not_sent(self):
        sent = self.sent()
        self.assertNotIn('KeyName', sent)
        self.assertNotIn('UserData', sent)


class DescribeTest(unittest.TestCase):

    def test_unknown_ids_are_left_out_and_the_rest_is_asked_for(self):
        one, other = instance(1), instance(2)
        ec2, client = over(describe_instances=[
            fake.refusal('InvalidInstanceID.NotFound',
                         f"The instance ID '{other['InstanceId']}' does not "
                         'exist'),
            listing(one)])
        found = ec2.instances.describe([one['InstanceId'],
                                        other['InstanceId']])
        self.assertEqual([one['InstanceId']], list(found))
        self.assertEqual([one['InstanceId']], client.parameters(
            'describe_instances')[1]['InstanceIds'])

    def test_an_error_without_ids_makes_it_ask_one_by_one(self):
        one, other = instance(1), instance(2)
        ec2, client = over(describe_instances=[
            fake.refusal('InvalidInstanceID.NotFound', 'one is unknown'),
            listing(one), fake.refusal('InvalidInstanceID.NotFound')])
        found = ec2.instances.describe([one['InstanceId'],
                                        other['InstanceId']])
        self.assertEqual([one['InstanceId']], list(found))
        self.assertEqual(3, len(client.calls))

    def test_all_unknown_is_an_empty_answer(self):
        one = instance(1)['InstanceId']
        ec2, _ = over(describe_instances=fake.refusal(
            'InvalidInstanceID.NotFound', f"The ID '{one}' is not there"))
        self.assertEqual({}, ec2.instances.describe([one]))


class SweepTest(unittest.TestCase):

    def test_pages_are_followed_to_the_end_even_empty_ones(self):
        ec2, client = over(describe_instances=[
            listing(instance(1), token='a'), listing(token='b'),
            listing(instance(2))])
        found = ec2.instances.sweep({'nova-ec2:cloud': 'c'})
        self.assertEqual(2, len(found))
        self.assertEqual(
            [None, 'a', 'b'],
            [sent.get('NextToken')
             for sent in client.parameters('describe_instances')])

    def test_a_page_that_fails_fails_all(self):
        ec2, _ = over(describe_instances=[
            listing(instance(1), token='a'),
            fake.refusal('InternalError', status=500)])
        self.assertRaises(exc.ServiceFault, ec2.instances.sweep, {'a': 'b'})

    def test_only_living_servers_with_the_tags_are_asked_for(self):
        ec2, client = over(describe_instances=listing())
        ec2.instances.sweep({'nova-ec2:cloud': 'c'})
        filters = {one['Name']: one['Values'] for one in
                   client.parameters('describe_instances')[0]['Filters']}
        self.assertEqual(['c'], filters['tag:nova-ec2:cloud'])
        self.assertNotIn('terminated', filters['instance-state-name'])

    def test_an_unreadable_instance_is_a_failed_sweep(self):
        ec2, _ = over(describe_instances=listing(
            {'InstanceId': 'i-1', 'State': {'Name': 'dancing'}}))
        self.assertRaises(exc.ServiceFault, ec2.instances.sweep, {'a': 'b'})

    def test_owner_state_and_reason_are_read(self):
        ec2, _ = over(describe_instances=listing(instance(
            1, 'terminated',
            Tags=[{'Key': 'nova-ec2:cloud', 'Value': 'c'},
                  {'Key': 'nova-ec2:host', 'Value': 'h'},
                  {'Key': 'nova-ec2:server', 'Value': 's'},
                  {'Key': 'nova-ec2:project', 'Value': 'p'},
                  {'Key': 'Name', 'Value': 'web'}],
            StateReason={'Code': 'Server.SpotInstanceTermination',
                         'Message': 'gone'})))
        server = ec2.instances.find({'a': 'b'})[0]
        self.assertEqual(Ownership('c', 'h', 's', 'p'), server.owner)
        self.assertIs(ServerState.TERMINATED, server.state)
        self.assertEqual(('Server.SpotInstanceTermination', 'gone', 'web'),
                         (server.reason_code, server.reason, server.name))


class ConsoleTest(unittest.TestCase):

    def test_types_without_latest_output_give_the_older_one(self):
        ec2, client = over(get_console_output=[
            fake.refusal('UnsupportedOperation'), {'Output': 'hello'}])
        self.assertEqual(b'hello', ec2.instances.console_output('i-1'))
        self.assertNotIn('Latest',
                         client.parameters('get_console_output')[1])

    def test_nothing_yet_is_empty(self):
        ec2, _ = over(get_console_output={})
        self.assertEqual(b'', ec2.instances.console_output('i-1'))


class KeyTest(unittest.TestCase):

    def test_an_existing_key_of_the_name_is_compared(self):
        ec2, _ = over(
            import_key_pair=fake.refusal('InvalidKeyPair.Duplicate'),
            describe_key_pairs={'KeyPairs': [
                {'PublicKey': 'ssh-rsa AAAA comment'}]})
        ec2.keys.ensure('nova-ec2-1', 'ssh-rsa AAAA', {})
        self.assertRaises(exc.KeyPairRefused, ec2.keys.ensure, 'nova-ec2-1',
                          'ssh-rsa BBBB', {})


class ImageTest(unittest.TestCase):

    def test_an_ami_goes_with_its_snapshots(self):
        ec2, client = over(deregister_image={}, delete_snapshot={},
                           describe_images={'Images': [{
                               'ImageId': 'ami-1',
                               'RootDeviceName': '/dev/xvda',
                               'BlockDeviceMappings': [
                                   {'DeviceName': '/dev/xvda', 'Ebs': {
                                       'SnapshotId': 'snap-1',
                                       'VolumeSize': 9}}]}]})
        image = ec2.images.describe(['ami-1'])['ami-1']
        self.assertEqual(9, image.root_gib)
        ec2.images.delete(image)
        self.assertEqual([{'SnapshotId': 'snap-1'}],
                         client.parameters('delete_snapshot'))

    def test_what_is_gone_already_is_removed(self):
        ec2, client = over(
            deregister_image=fake.refusal('InvalidAMIID.Unavailable'),
            delete_snapshot=fake.refusal('InvalidSnapshot.NotFound'),
            describe_images={'Images': [{
                'ImageId': 'ami-1', 'BlockDeviceMappings': [
                    {'Ebs': {'SnapshotId': 'snap-1'}}]}]})
        ec2.images.delete(ec2.images.describe(['ami-1'])['ami-1'])
        self.assertEqual(1, len(client.parameters('delete_snapshot')))


class TypeTest(unittest.TestCase):

    def test_all_pages_of_types_and_offerings_are_read(self):
        def kind(name):
            return {'InstanceType': name, 'VCpuInfo': {'DefaultVCpus': 2},
                    'MemoryInfo': {'SizeInMiB': 1024}}
        ec2, client = over(
            describe_instance_types=[
                {'InstanceTypes': [kind('a.small')], 'NextToken': '1'},
                {'InstanceTypes': [kind('b.small'), kind('c.small')]}],
            describe_instance_type_offerings=[
                {'InstanceTypeOfferings': [{'InstanceType': 'a.small'}],
                 'NextToken': '1'},
                {'InstanceTypeOfferings': [{'InstanceType': 'c.small'}]}])
        self.assertEqual(['a.small', 'c.small'], [
            one.name for one in ec2.types.offered('us-east-1a')])
        self.assertEqual(4, len(client.calls))
