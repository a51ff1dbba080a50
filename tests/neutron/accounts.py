# SPDX-License-Identifier: Apache-2.0
"""A cloud of two AWS accounts, as tests make and see it."""

import contextlib
from unittest import mock

from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron.doors import Doors
from nova_ec2.neutron.floating_ips_later import Later
from tests.functional.fixtures.accounts import (
    ARN,
    EXTERNAL_ID,
    TABLE,
    THERE,
    AccountsFile,
)
from tests.neutron import base, managed

_KINDS = ('addresses', 'interfaces', 'internet_gateways', 'nat_gateways',
          'route_tables', 'security_groups', 'subnets', 'vpcs')


class AccountsTestCase(managed.ManagedTestCase):
    """The ordinary project is in the first account, THERE in the other.

    :cvar OPEN: whether neutron-server can enter the other account
    """

    SERVICES = ('flavors', 'router', 'ec2')
    OPEN = True

    def _set_options(self):
        super()._set_options()
        self.file = self.useFixture(AccountsFile()).path
        base.cfg.CONF.set_override('accounts_file', str(self.file),
                                   group='ec2')
        self.addCleanup(base.cfg.CONF.clear_override, 'accounts_file',
                        group='ec2')

    def setUp(self):
        super().setUp()
        # Its thread would use the test's database.
        self.enterContext(mock.patch.object(Later, '_begin'))
        self.let_in()
        self.there = self._client()
        self.there_subnet = self.there.describe_subnets(Filters=[
            {'Name': 'availability-zone', 'Values': [base.ZONE]},
            {'Name': 'default-for-az', 'Values': ['true']}])['Subnets'][0]
        if not self.OPEN:
            self.control.remove_role(ARN)

    def let_in(self):
        self.control.role(ARN, external_id=EXTERNAL_ID)

    def _client(self):
        """A client of the other account, with a session of its own."""
        sites = self.driver.sites
        made = Doors(base.cfg.CONF).open(
            sites._known().named('research'), sites._known())
        return made.vpcs._caller._session.client('ec2')

    def remap(self, project_id, name):
        """The operator gives a project another account."""
        table = TABLE.replace(f'  {THERE}: research\n', '')
        self.file.write_text(f'{table}  {project_id}: {name}\n')

    @contextlib.contextmanager
    def inside(self):
        """What a test does on EC2 in here, it does in the other account."""
        before = self.ec2, self.vpc_subnet, self.vpc_id
        self.ec2, self.vpc_subnet = self.there, self.there_subnet
        self.vpc_id = self.there_subnet['VpcId']
        try:
            yield
        finally:
            self.ec2, self.vpc_subnet, self.vpc_id = before

    def existing(self, project_id=base.PROJECT):
        """A network with a subnet that was there, in the account now in use.

        :returns: both; the subnet as it is when Neutron has seen the tags
        """
        network, subnet = self.make_network(**{
            'provider:network_type': 'local', 'project_id': project_id})
        self.ec2.create_tags(
            Resources=[self.vpc_subnet['SubnetId']], Tags=[
                {'Key': tag_keys.CLOUD, 'Value': base.CLOUD},
                {'Key': tag_keys.SUBNET, 'Value': subnet['id']}])
        self.driver.mapped._asked = None
        return network, self.get('subnet', subnet)

    # EC2's truth

    def has(self, account):
        """By kind the tags of what this cloud has in an account."""
        (found,) = [one for one in self.control.resources()
                    if one['account_id'] == account
                    and one['region'] == 'us-east-1'] or [{}]
        return {kind: made for kind in _KINDS if (made := [
            found['tags'][an_id] for an_id in found.get(kind, ())
            if found['tags'].get(an_id, {}).get(tag_keys.CLOUD) == base.CLOUD
            and found['tags'][an_id].get(tag_keys.MANAGED) == 'true'])}

    def kinds(self, account):
        return {kind: len(found) for kind, found in self.has(account).items()}

    def wrong_calls(self):
        """Calls that name something of the account that they are not of."""
        owners = {}
        for one in self.control.resources():
            for kind in _KINDS:
                owners |= dict.fromkeys(one[kind], one['account_id'])
        return [call for call in self.control.calls() if any(
            owners.get(value, call['account_id']) != call['account_id']
            for value in map(str, call['params'].values()))
            and not call['action'].startswith('Describe')]
