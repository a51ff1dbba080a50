# SPDX-License-Identifier: Apache-2.0
"""The files of etc/nova-ec2 say what the code does."""

import ast
import configparser
import json
import pathlib
import tempfile
import unittest

import botocore.session
from nova.conf import scheduler as scheduler_conf
from nova.scheduler import filters
from oslo_config import cfg, generator
from oslo_utils import importutils

from nova_ec2 import conf as ec2_conf
from nova_ec2.conf import opts
from nova_ec2.models import tags

ROOT = pathlib.Path(__file__).parents[3]
ETC = ROOT / 'etc' / 'nova-ec2'


def read_ini(name):
    # oslo.config takes groups and options more than once.
    parser = configparser.ConfigParser(interpolation=None, strict=False,
                                       default_section='')
    parser.read_string((ETC / name).read_text())
    return parser


def filter_options(*arguments):
    """Nova's options of filters, as these arguments set them."""
    conf = cfg.ConfigOpts()
    scheduler_conf.register_opts(conf)
    conf(arguments)
    return conf.filter_scheduler


class GeneratedSampleTest(unittest.TestCase):

    def test_the_sample_is_current(self):
        with tempfile.NamedTemporaryFile('r') as written:
            generator.main([
                '--config-file', str(ETC / 'config-generator.conf'),
                '--output-file', written.name])
            current = pathlib.Path(written.name).read_text()
        self.assertEqual(
            current, (ETC / 'nova-ec2.conf.sample').read_text(),
            'run: tox -e genconfig')

    def test_every_option_has_help_that_says_something(self):
        for group, options in opts.list_opts():
            self.assertTrue(group.help, group.name)
            for option in options:
                self.assertGreater(len(option.help or ''), 20, option.name)
                self.assertTrue(option.help.rstrip().endswith('.'),
                                option.name)

    def test_every_group_is_registered_and_generated(self):
        conf = cfg.ConfigOpts()
        ec2_conf.register_opts(conf)
        ec2_conf.register_opts(conf)
        generated = {group.name: {option.dest for option in options}
                     for group, options in opts.list_opts()}
        # Cinder reads its back ends' options from their own sections.
        backend = generated.pop('backend_defaults')
        self.assertTrue(all(name.startswith('ebs_') for name in backend))
        self.assertEqual(generated, {
            name: set(conf[name]) for name in generated})
        self.assertEqual({'ec2', 'ec2_costs', 'ec2_scheduler', 'ml2_ec2'},
                         set(generated))

    def test_secrets_are_marked(self):
        for _, options in opts.list_opts():
            for option in options:
                if 'key_id' in option.name or 'secret' in option.name:
                    self.assertTrue(option.secret, option.name)


class ExampleTest(unittest.TestCase):

    def test_examples_name_options_that_exist(self):
        conf = cfg.ConfigOpts()
        ec2_conf.register_opts(conf)
        for name in ('nova.conf.example', 'ml2_conf.ini.example'):
            parser = read_ini(name)
            for group in set(parser.sections()) & {'ec2', 'ml2_ec2'}:
                for option in parser[group]:
                    self.assertIn(option, conf[group], name)

    def test_the_examples_values_are_valid(self):
        for name, group, option in (
                ('nova.conf.example', 'ec2', 'cloud_id'),
                ('ml2_conf.ini.example', 'ml2_ec2', 'hosts')):
            conf = cfg.ConfigOpts()
            ec2_conf.register_opts(conf)
            conf(['--config-file', str(ETC / name)])
            self.assertTrue(conf[group][option])

    def test_the_weigher_is_where_the_example_says(self):
        classes = read_ini('nova.conf.example')['filter_scheduler'][
            'weight_classes'].split(',')
        self.assertEqual(2, len(classes))
        for name in classes:
            self.assertTrue(callable(importutils.import_class(name)))

    def test_novas_own_loader_finds_the_filters_of_the_example(self):
        ours = filter_options('--config-file',
                              str(ETC / 'nova.conf.example'))
        found = {one.__name__ for one in filters.HostFilterHandler()
                 .get_matching_classes(ours.available_filters)}
        enabled = set(ours.enabled_filters)
        self.assertLessEqual(enabled, found)
        self.assertEqual({'EC2MoveFilter', 'EC2PortFilter', 'EC2BurstFilter'},
                         enabled - set(filter_options().enabled_filters))

    def test_the_glance_rules_cover_every_property_and_verb(self):
        parser = read_ini('glance-property-protections.conf')
        self.assertEqual(['^ec2_ami_id$', '^ec2_burst$', '.*'],
                         parser.sections())
        for section in parser.sections():
            self.assertEqual({'create', 'read', 'update', 'delete'},
                             set(parser[section]))


CLIS_OWN = {'pricing:GetProducts'}


CINDERS_OWN = {'ec2:CreateSnapshot', 'ec2:RegisterImage'}


NEUTRONS_OWN = {f'ec2:{action}' for action in (
    'AllocateAddress', 'AssociateAddress', 'DescribeAddresses',
    'DisassociateAddress', 'ReleaseAddress',
    'AssignIpv6Addresses', 'AssignPrivateIpAddresses',
    'AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress',
    'CreateSecurityGroup', 'DeleteSecurityGroup',
    'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
    'UnassignIpv6Addresses', 'UnassignPrivateIpAddresses',
    'AssociateRouteTable', 'AssociateSubnetCidrBlock',
    'AssociateVpcCidrBlock', 'AttachInternetGateway',
    'CreateInternetGateway', 'CreateNatGateway', 'CreateRoute',
    'CreateRouteTable', 'CreateSubnet', 'CreateVpc',
    'DeleteInternetGateway', 'DeleteNatGateway', 'DeleteRoute',
    'DeleteRouteTable', 'DeleteSubnet', 'DeleteVpc',
    'DescribeInternetGateways', 'DescribeNatGateways',
    'DescribeRouteTables', 'DescribeVpcs', 'DetachInternetGateway',
    'DisassociateRouteTable', 'DisassociateSubnetCidrBlock',
    'DisassociateVpcCidrBlock', 'ReplaceRoute',
    'ReplaceRouteTableAssociation')}


class OtherPoliciesTest(unittest.TestCase):
    """Those of Cinder's and Neutron's drivers."""

    def test_cinder(self):
        # A volume is made of a snapshot that need not be ours.
        self.check('iam-policy-cinder.json', CINDERS_OWN,
                   {'ec2:CreateVolume'})

    def test_neutron(self):
        # What is made is ours, where it is made need not be.
        self.check('iam-policy-neutron.json', NEUTRONS_OWN,
                   {'ec2:CreateSecurityGroup', 'ec2:CreateSubnet',
                    'ec2:CreateRouteTable', 'ec2:AttachInternetGateway',
                    'ec2:DetachInternetGateway'})

    def test_command_line(self):
        self.check('iam-policy-cli.json', CLIS_OWN, set())

    def check(self, file, own, of_others):
        """Whatever changes something needs our tag."""
        allowed = set()
        for statement in json.loads((ETC / file).read_text())['Statement']:
            action = statement['Action']
            actions = {action} if isinstance(action, str) else set(action)
            allowed |= actions
            if 'Condition' not in statement:
                self.assertTrue(
                    actions <= of_others
                    or all('Describe' in one or one in CLIS_OWN
                           or one == 'sts:AssumeRole' for one in actions),
                    statement)
                continue
            self.assertIn('nova-ec2:cloud', str(statement['Condition']))
        self.assertLessEqual(own, allowed)
        self.assertLessEqual(allowed - {'ec2:CreateTags'},
                             PolicyTest.called())


class PolicyTest(unittest.TestCase):
    """iam-policy.json allows what the driver calls and nothing else."""

    TAGGED = {'aws:RequestTag/nova-ec2:cloud',
              'aws:ResourceTag/nova-ec2:cloud',
              'ec2:ResourceTag/nova-ec2:cloud'}

    UNTAGGED_RESOURCES = {'image', 'snapshot', 'key-pair', 'security-group',
                          'subnet'}
    """What a launch reads; it changes none of them."""

    MAKING = {'ec2:RunInstances', 'ec2:CreateVolume',
              'ec2:CreateNetworkInterface',
              'ec2:CreateReplaceRootVolumeTask'}
    """What makes something out of those."""

    def setUp(self):
        super().setUp()
        text = (ETC / 'iam-policy.json').read_text()
        self.statements = json.loads(text)['Statement']

    @staticmethod
    def actions(statement):
        action = statement['Action']
        return {action} if isinstance(action, str) else set(action)

    @staticmethod
    def called():
        """Every action that nova_ec2/aws names, as IAM names it.

        The calls are named by boto3's methods, in texts of their own.
        """
        models = {service: botocore.session.Session().get_service_model(
            service) for service in ('pricing', 'ssm', 'cloudwatch',
                                     'ec2-instance-connect', 'ebs', 'ec2',
                                     'sts')}
        # IAM has a name of its own for this one.
        models['servicequotas'] = botocore.session.Session(
            ).get_service_model('service-quotas')
        methods = {botocore.xform_name(action): f'{service}:{action}'
                   for service, model in models.items()
                   for action in model.operation_names}
        texts = {node.value
                 for path in (ROOT / 'nova_ec2' / 'aws').rglob('*.py')
                 for node in ast.walk(ast.parse(path.read_text()))
                 if isinstance(node, ast.Constant)}
        # Nobody needs to be allowed to ask who he is.
        return {methods[text] for text in texts & methods.keys()} - {
            'sts:GetCallerIdentity'}

    def test_it_allows_exactly_what_is_called(self):
        allowed = set().union(*map(self.actions, self.statements))
        self.assertGreater(len(self.called()), 10)
        # RunInstances, CreateImage and ImportKeyPair tag what they make.
        others = CINDERS_OWN | NEUTRONS_OWN | CLIS_OWN
        self.assertEqual(self.called() - others | {
            'ec2:CreateTags', 'ssm:AddTagsToResource'}, allowed)

    def test_no_wildcard_action(self):
        for statement in self.statements:
            for action in self.actions(statement):
                self.assertNotIn('*', action)

    def test_only_reading_and_sources_of_a_launch_go_without_our_tag(self):
        for statement in self.statements:
            keys = {key for keys in statement.get('Condition', {}).values()
                    for key in keys}
            if keys & self.TAGGED:
                continue
            actions = self.actions(statement)
            if actions <= self.MAKING:
                resources = statement['Resource']
                kinds = {arn.rpartition(':')[2].partition('/')[0]
                         for arn in ([resources] if isinstance(
                             resources, str) else resources)}
                self.assertLessEqual(kinds, self.UNTAGGED_RESOURCES)
                continue
            if self.is_confined(statement['Resource']):
                continue
            self.assertTrue(all(action.startswith((
                'ec2:Describe', 'ec2:Get', 'cloudwatch:Get', 'ssm:Describe',
                'ssm:Get', 'servicequotas:List'))
                for action in actions), statement['Sid'])

    @staticmethod
    def is_confined(resources):
        """Whether they are documents by name, or parameters of our own."""
        if isinstance(resources, str):
            return resources.endswith((
                ':parameter/nova-ec2/example-cloud/*',
                ':role/nova-ec2-example-cloud'))
        return all(':document/AWS' in arn and '*' not in arn.rpartition(':')[2]
                   for arn in resources)

    def test_tags_are_written_while_making_or_to_name_what_is_ours(self):
        for statement in self.statements:
            if 'ec2:CreateTags' not in self.actions(statement):
                continue
            condition = statement['Condition']
            if 'ec2:CreateAction' in condition['StringEquals']:
                self.assertEqual(
                    {'RunInstances', 'CreateImage', 'ImportKeyPair',
                     'CreatePlacementGroup',
                     'CreateVolume', 'CreateNetworkInterface',
                     'CreateReplaceRootVolumeTask'},
                    set(condition['StringEquals']['ec2:CreateAction']))
            elif 'Null' in condition:
                # EC2 makes the volume of a replaced root without tags.
                self.assertEqual('arn:aws:ec2:*:*:volume/*',
                                 statement['Resource'])
                self.assertIn('aws:RequestTag/nova-ec2:cloud',
                              condition['StringEquals'])
                self.assertEqual({'ec2:ResourceTag/nova-ec2:cloud': 'true'},
                                 condition['Null'])
            else:
                self.assertIn('ec2:ResourceTag/nova-ec2:cloud',
                              condition['StringEquals'])
                self.assertEqual(
                    tags.PER_SERVER | {
                        tags.HOST, tags.ROLE, tags.USER, tags.FLAVOR,
                        tags.RESIZED_FROM,
                        tags.METADATA + '*'},
                    set(condition['ForAllValues:StringLike'][
                        'aws:TagKeys']))
