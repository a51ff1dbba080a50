# SPDX-License-Identifier: Apache-2.0
"""Networks of the type ec2, as tests make and see them."""

import contextlib

import fixtures

from nova_ec2.aws.call import Caller
from nova_ec2.models import tags as tag_keys
from tests.neutron import base


class Died(BaseException):
    """The process ends here; nobody catches it."""


class Dies(fixtures.Fixture):
    """The process dies at a call to AWS, once.

    :param method: botocore's name of the call
    :param after: when EC2 has done it, not before it is asked
    """

    def __init__(self, method, after=False):
        super().__init__()
        self._method, self._after = method, after
        self.died = False

    def _setUp(self):
        really = Caller._once

        def once(caller, method, *args, **kwargs):
            here = method == self._method and not self.died
            if here and not self._after:
                self.died = True
                raise Died(method)
            answer = really(caller, method, *args, **kwargs)
            if here:
                self.died = True
                raise Died(method)
            return answer
        self.useFixture(fixtures.MockPatchObject(Caller, '_once', once))


class ManagedTestCase(base.NeutronTestCase):
    """Projects' networks are of the type ec2."""

    EXTENSIONS = ('port_security', 'ec2')
    TYPES = ('local', 'vlan', 'ec2')
    OPTIONS = {'default_zone': base.ZONE}

    def _set_options(self):
        super()._set_options()
        base.cfg.CONF.set_override('project_network_types', ['ec2'],
                                   group='ml2')

    def make(self, expect=None, **attributes):
        """A network, as a member of the project makes it."""
        return self.post('network', expect, 'member', name='net',
                         admin_state_up=True, **attributes)

    def subnet(self, network, cidr='10.0.1.0/24', expect=None, version=4,
               **attributes):
        """A subnet of it, likewise."""
        if cidr:
            attributes['cidr'] = cidr
        return self.post('subnet', expect, 'member',
                         network_id=network['id'], ip_version=version,
                         **attributes)

    def dies_at(self, method, after=False):
        """What is done inside ends at a call to AWS."""
        @contextlib.contextmanager
        def dying():
            with Dies(method, after) as crash:
                with contextlib.suppress(Died):
                    yield
                self.assertTrue(crash.died, f'{method} was not called')
        return dying()

    def rounds(self):
        """Two of them: what is too much goes in the second."""
        self.round()
        self.round()

    # EC2's truth

    def ours(self, answer):
        """What of a Describe action's answer this cloud made."""
        return [one for one in answer if self.tag(one, tag_keys.CLOUD)
                == base.CLOUD and self.tag(one, tag_keys.MANAGED) == 'true']

    @staticmethod
    def tag(one, key):
        """A tag's value, or None."""
        return base._tag(one.get('Tags', ()), key)

    def vpcs(self):
        """VPCs that were made, by network."""
        found = self.ours(self.ec2.describe_vpcs()['Vpcs'])
        made = {self.tag(one, tag_keys.NETWORK): one for one in found}
        self.assertEqual(len(found), len(made), 'one was made twice')
        return made

    def lies(self):
        """VPC subnets that were made, by Neutron's."""
        found = self.ours(self.ec2.describe_subnets()['Subnets'])
        made = {self.tag(one, tag_keys.SUBNET): one for one in found}
        self.assertEqual(len(found), len(made), 'one was made twice')
        return made

    def blocks(self, vpc_id):
        """The IPv4 blocks of a VPC."""
        (vpc,) = self.ec2.describe_vpcs(VpcIds=[vpc_id])['Vpcs']
        return {one['CidrBlock'] for one in vpc['CidrBlockAssociationSet']
                if one['CidrBlockState']['State'] == 'associated'}
