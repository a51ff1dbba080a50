# SPDX-License-Identifier: Apache-2.0
"""lxml's reading of a page and botocore's are the same."""

import dataclasses
import datetime
import unittest
from xml.sax import saxutils

import boto3
import botocore.parsers
import botocore.session
import hypothesis
import moto
from botocore.awsrequest import AWSResponse
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.aws import fast_parsing
from nova_ec2.aws.api import instances
from nova_ec2.aws.api.instances import Instances
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.models.server import Server, ServerState

NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/'
SHAPE = botocore.session.get_session().get_service_model(
    'ec2').operation_model('DescribeInstances').output_shape
UUID = '11111111-2222-4333-8444-555555555555'


def botocores(body):
    """The servers that come of botocore's own parser."""
    return list(instances._servers(_parse(body)))


def both(body):
    """The servers and the answer as a client with FastPages has them."""
    pages = fast_parsing.FastPages()
    response, custom = _response(body), {}
    pages.before_parse(response_dict=response,
                       customized_response_dict=custom)
    answer = _parse(response['body'])
    answer.update(custom)
    return pages, answer


def _response(body, status=200):
    return {'status_code': status, 'headers': {}, 'body': body}


def _parse(body):
    return botocore.parsers.create_parser('ec2').parse(_response(body),
                                                       SHAPE)


def element(name, content):
    return f'<{name}>{content}</{name}>'


def page(*servers, more='', before=''):
    """A page with one reservation a server; each is the inside of its item.
    """
    listed = ''.join(element('item', element('instancesSet',
                                             element('item', server)))
                     for server in servers)
    return (f'{before}<DescribeInstancesResponse xmlns="{NAMESPACE}">'
            f'<requestId>req-5</requestId><reservationSet>{listed}'
            f'</reservationSet>{more}</DescribeInstancesResponse>').encode()


PLAIN = ('<instanceId>i-1</instanceId>'
         '<instanceState><code>16</code><name>running</name></instanceState>')

# What XML 1.0 can hold.
texts = st.text(st.characters(exclude_categories=['Cs', 'Cc'],
                              exclude_characters='\ufffe\uffff'),
                max_size=20).map(saxutils.escape)
numbers = st.integers(0, 40).map(str)
times = st.datetimes(min_value=datetime.datetime(1970, 1, 1),
                     max_value=datetime.datetime(9999, 1, 1)).map(
    lambda when: when.isoformat(timespec='milliseconds') + 'Z')
states = st.sampled_from(list(ServerState)).map(str)
uuids = st.uuids().map(str)


def items(*fields):
    return st.lists(structure(*fields).map(
        lambda inside: element('item', inside)), max_size=4).map(''.join)


def structure(*fields):
    """Fields in any order; those named with '?' may be missing."""
    def build(values):
        return st.permutations([element(name.rstrip('?'), value)
                                for (name, _), value
                                in zip(fields, values, strict=True)
                                if value is not None]).map(''.join)
    return st.tuples(*(st.none() | content if name.endswith('?') else content
                       for name, content in fields)).flatmap(build)


def tag(key, value):
    return f'<item><key>{key}</key><value>{value}</value></item>'


tag_sets = st.tuples(
    st.lists(st.builds(tag, texts, texts), max_size=3),
    st.lists(st.sampled_from(['Name', 'nova-ec2:cloud', 'nova-ec2:host',
                              'nova-ec2:server', 'nova-ec2:project',
                              'nova-ec2:launch-0'])
             .flatmap(lambda key: st.builds(
                 tag, st.just(key), uuids | texts | st.just('A' * 44))),
             max_size=6)).map(lambda both: ''.join(both[0] + both[1]))

servers = structure(
    ('instanceId', texts),
    ('imageId?', texts),
    ('instanceState', structure(('code', numbers), ('name', states))),
    ('reason?', texts),
    ('stateReason?', structure(('code?', texts), ('message?', texts))),
    ('amiLaunchIndex?', numbers),
    ('instanceType?', texts),
    ('launchTime?', times),
    ('placement?', structure(('availabilityZone?', texts),
                             ('groupName?', texts),
                             ('tenancy?', texts))),
    ('privateIpAddress?', texts),
    ('ipAddress?', texts),
    ('rootDeviceName?', texts),
    ('blockDeviceMapping?', items(('deviceName', texts),
                                  ('ebs?', structure(
                                      ('volumeId', texts))))),
    ('tagSet?', tag_sets),
    ('networkInterfaceSet?', items(
        ('networkInterfaceId', texts), ('macAddress?', texts),
        ('privateIpAddress?', texts), ('subnetId?', texts),
        ('attachment?', structure(('deviceIndex?', numbers),
                                  ('status?', texts))))),
    ('architecture?', texts), ('vpcId?', texts))


class AgreementTest(unittest.TestCase):

    def assert_agree(self, body, read_fast=True):
        pages, answer = both(body)
        self.assertEqual((int(read_fast), int(not read_fast)),
                         (pages.pages, pages.fallbacks))
        found = list(instances._servers(answer))
        self.assertEqual(botocores(body), found)
        return found

    @hypothesis.settings(
        deadline=None, max_examples=60,
        suppress_health_check=[hypothesis.HealthCheck.too_slow])
    @hypothesis.given(st.lists(servers, max_size=3), texts)
    def test_whatever_a_page_holds(self, listed, token):
        body = page(*listed, more=element('nextToken', token))
        self.assert_agree(body)
        plain, (_, answer) = _parse(body), both(body)
        self.assertEqual(plain['NextToken'], answer['NextToken'])
        self.assertEqual(plain['ResponseMetadata'],
                         answer['ResponseMetadata'])

    def test_a_server_that_changed_is_read_anew(self):
        pages = fast_parsing.FastPages()

        def read(body):
            answer = {}
            pages.before_parse({'status_code': 200, 'body': body}, answer)
            return answer[fast_parsing.SERVERS]

        first, other = page(PLAIN), page(PLAIN.replace('running', 'stopped'))
        (running,), (stopped,), (again,) = map(read, (first, other, first))
        self.assertEqual(('running', 'stopped'),
                         (running.state, stopped.state))
        self.assertIs(running, again)
        pages.forget()
        (anew,) = read(first)
        self.assertEqual(running, anew)
        self.assertIsNot(running, anew)

    def test_every_field_of_a_server_is_read(self):
        (server,) = self.assert_agree(page(
            PLAIN.replace('running', 'stopped')
            + '<imageId>ami-1</imageId><instanceType>t3.nano</instanceType>'
              '<placement><availabilityZone>us-east-1a</availabilityZone>'
              '<groupName>g</groupName></placement>'
              '<reason>User initiated (2026-01-02 03:04:06 GMT)</reason>'
              '<stateReason><code>C.x</code><message>words</message>'
              '</stateReason><launchTime>2026-01-02T03:04:05.000Z'
              '</launchTime><amiLaunchIndex>0</amiLaunchIndex>'
              '<privateIpAddress>10.0.0.9</privateIpAddress>'
              '<ipAddress>192.0.2.9</ipAddress>'
              '<rootDeviceName>/dev/xvda</rootDeviceName>'
              '<hibernationOptions><configured>true</configured>'
              '</hibernationOptions><platform>windows</platform>'
              '<keyName>mine</keyName>'
              '<instanceLifecycle>spot</instanceLifecycle>'
              '<spotInstanceRequestId>sir-1</spotInstanceRequestId>'
              '<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName>'
              '</item></blockDeviceMapping><networkInterfaceSet><item>'
              '<networkInterfaceId>eni-1</networkInterfaceId>'
              '<macAddress>02:00</macAddress><subnetId>subnet-1</subnetId>'
              '<privateIpAddress>10.0.0.9</privateIpAddress>'
              '<attachment><deviceIndex>1</deviceIndex></attachment></item>'
              '</networkInterfaceSet>'
            + element('tagSet', tag('Name', 'web') + tag('own', 'x')
                      + tag('nova-ec2:cloud', 'c')
                      + tag('nova-ec2:host', 'h')
                      + tag('nova-ec2:server', UUID)
                      + tag('nova-ec2:project', 'p')
                      + tag('nova-ec2:user', 'u')
                      + tag('nova-ec2:stack', 's'))))
        for thing in (server, server.owner, server.interfaces[0]):
            for field in dataclasses.fields(thing):
                # A new field that the table does not know is found here.
                self.assertTrue(getattr(thing, field.name), field.name)

    def test_a_page_of_moto(self):
        with moto.mock_aws():
            client = boto3.client(
                'ec2', region_name='us-east-1', aws_access_key_id='a',
                aws_secret_access_key='b')
            bodies = []
            client.meta.events.register(
                'before-parse.ec2.DescribeInstances',
                lambda response_dict, **others: bodies.append(
                    response_dict['body']))
            image = client.describe_images()['Images'][0]['ImageId']
            made = client.run_instances(
                ImageId=image, MinCount=3, MaxCount=3,
                TagSpecifications=[{'ResourceType': 'instance', 'Tags': [
                    {'Key': 'nova-ec2:cloud', 'Value': 'c'},
                    {'Key': 'nova-ec2:server', 'Value': UUID}]}])
            client.stop_instances(
                InstanceIds=[made['Instances'][0]['InstanceId']])
            client.describe_instances()
            client.describe_instances(MaxResults=5)
        for body in bodies:
            self.assertEqual(3, len(self.assert_agree(body)))

    def test_no_servers(self):
        self.assertEqual([], self.assert_agree(page()))

    def test_comments_and_references_in_a_text(self):
        (server,) = self.assert_agree(page(
            PLAIN + '<imageId>a&amp;<!-- no -->b<![CDATA[<c>]]>&#233;'
                    '</imageId>'))
        self.assertEqual('a&b<c>\xe9', server.image_id)

    def test_more_than_ten_megabytes(self):
        many = ''.join(tag(f'key-{number}', 'v' * 250)
                       for number in range(50))
        server = PLAIN + element('tagSet', many)
        pages, answer = both(page(*[server] * 1000))
        self.assertEqual(1000, len(answer[fast_parsing.SERVERS]))
        self.assertEqual(0, pages.fallbacks)

    def test_strings_that_repeat_are_kept_once(self):
        server = PLAIN + '<instanceType>t3.nano</instanceType>'
        one, other = self.assert_agree(page(server, server))
        self.assertIs(one.instance_type, other.instance_type)


class FallbackTest(unittest.TestCase):
    """What is not as EC2 writes it is left to botocore, as a whole."""

    def assert_left(self, body):
        with self.assertLogs('nova_ec2.aws.fast_parsing', 'WARNING'):
            pages, answer = both(body)
        self.assertEqual((0, 1), (pages.pages, pages.fallbacks))
        self.assertNotIn(fast_parsing.SERVERS, answer)
        return answer

    def test_strange_but_readable(self):
        for strange in (
                '<launchTime>2026-01-02</launchTime>',
                '<launchTime>1767323045</launchTime>',
                '<amiLaunchIndex> 3 </amiLaunchIndex>',
                '<imageId>a<b/></imageId>',
                '<tagSet><item><value>v</value><key>k</key></item></tagSet>',
                '<tagSet><item><key>k</key></item></tagSet>',
                element('blockDeviceMapping', element(
                    'other', element('deviceName', '/dev/sda')))):
            with self.subTest(strange):
                body = page(PLAIN, PLAIN + strange)
                answer = self.assert_left(body)
                self.assertEqual(botocores(body),
                                 list(instances._servers(answer)))

    def test_an_element_that_comes_twice(self):
        self.assert_left(page(
            PLAIN + '<imageId>a</imageId><imageId>b</imageId>'))

    def test_entities_are_not_expanded_here(self):
        body = page(PLAIN + '<imageId>&word;</imageId>',
                    before='<!DOCTYPE a [<!ENTITY word "ami-1">]>')
        self.assert_left(body)

    def test_nothing_outside_the_page_is_read(self):
        body = page(PLAIN + '<imageId>&file;</imageId>', before=(
            '<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/hostname">]>'))
        with self.assertRaises(botocore.parsers.ResponseParserError):
            self.assert_left(body)

    def test_a_page_cut_short_is_no_half_listing(self):
        whole = page(PLAIN, PLAIN)
        for end in (0, 40, len(whole) // 2, len(whole) - 3):
            with self.assertRaises(botocore.parsers.ResponseParserError):
                self.assert_left(whole[:end])

    def test_another_document_is_no_empty_fleet(self):
        for body in (b'<html><body>Welcome</body></html>',
                     f'<DescribeInstancesResponse xmlns="{NAMESPACE}"/>'
                     .encode()):
            answer = self.assert_left(body)
            with self.assertRaises(exc.ServiceFault):
                list(instances._servers(answer))

    def test_a_server_in_an_unknown_state_fails_the_page(self):
        answer = self.assert_left(page(
            PLAIN, PLAIN.replace('running', 'dancing')))
        with self.assertRaises(exc.ServiceFault):
            list(instances._servers(answer))

    def test_it_is_said_once(self):
        pages = fast_parsing.FastPages()
        with self.assertLogs('nova_ec2.aws.fast_parsing', 'WARNING') as logs:
            for _ in range(3):
                pages.before_parse(_response(b'<html/>'), {})
        self.assertEqual(1, len(logs.output))
        self.assertEqual(3, pages.fallbacks)

    def test_errors_of_ec2_are_botocores(self):
        pages, response = fast_parsing.FastPages(), _response(page(), 400)
        pages.before_parse(response, {})
        self.assertEqual((0, 0), (pages.pages, pages.fallbacks))


class SessionTest(unittest.TestCase):
    """Through botocore's whole machinery, but the network."""

    def caller(self, *answers):
        session = Session(AwsSettings(
            region_name='us-east-1', access_key_id='AKIAX',
            secret_access_key='hush', attempts=1))
        waiting = list(answers)

        def send(**others):
            status, body = waiting.pop(0)
            answer = AWSResponse('http://ec2', status, {}, None)
            answer._content = body
            return answer
        session.client('ec2').meta.events.register(
            'before-send.ec2.DescribeInstances', send)
        return session, Instances(Caller(session))

    def test_a_listing_of_two_pages(self):
        session, api = self.caller(
            (200, page(PLAIN, more='<nextToken>on</nextToken>')),
            (200, page(PLAIN.replace('i-1', 'i-2'))))
        self.assertEqual(
            [Server('i-1', ServerState.RUNNING, '', '', ''),
             Server('i-2', ServerState.RUNNING, '', '', '')],
            api.sweep({}))
        self.assertEqual((2, 0), (session.pages.pages,
                                  session.pages.fallbacks))

    def test_errors_have_their_code(self):
        _, api = self.caller((400, (
            b'<Response><Errors><Error><Code>UnauthorizedOperation</Code>'
            b'<Message>no</Message></Error></Errors>'
            b'<RequestID>req-7</RequestID></Response>')))
        with self.assertRaises(exc.NotAuthorized) as caught:
            api.sweep({})
        self.assertEqual('req-7', caught.exception.request_id)

    def test_an_unreadable_second_page_fails_the_sweep(self):
        for second in (b'', b'<html/>', page(PLAIN)[:-9]):
            _, api = self.caller(
                (200, page(PLAIN, more='<nextToken>on</nextToken>')),
                (200, second))
            self.assertRaises(exc.ServiceFault, api.sweep, {})
