# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 account``: the AWS accounts of this cloud."""

import argparse
from typing import Any

from cliff import lister

from nova_ec2 import exceptions as exc
from nova_ec2.accounts.doors import Doors
from nova_ec2.models.account import Account
from nova_ec2.wiring import accounts, cli


class List(lister.Lister):
    """List the accounts of [ec2] accounts_file and their projects."""

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        found = _directory(self.app.conf)
        table = found.file.table()
        return (('Account', 'Number', 'Role', 'External id', 'Projects',
                 'Default'),
                [(one.name, one.account_id, one.role_arn,
                  'set' if one.external_id else '',
                  '\n'.join(table.projects_of(one.name)),
                  'yes' if one.name == table.default else '')
                 for one in found.all()])


class Check(lister.Lister):
    """Enter every account, and see that it is the one that is meant.

    Assumes each role (AssumeRole), asks whose it is (GetCallerIdentity) and
    looks for the subnet of [ec2] availability_zone. Changes nothing.
    """

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        conf = self.app.conf
        found = _directory(conf)
        doors = Doors(conf, cli.session(conf), found.file.table)
        rows, failed = [], 0
        for account in found.all():
            number, subnet, result = _checked(conf, doors, account)
            failed += result != 'ok'
            rows.append((account.name, number, subnet, result))
        self._failed = failed
        return ('Account', 'Number', 'Subnet', 'Result'), rows

    def run(self, parsed_args: argparse.Namespace) -> int:
        """1 where an account cannot be used."""
        code: int = super().run(parsed_args)
        return code or int(self._failed > 0)

    _failed = 0


def _directory(conf: Any) -> Any:
    return accounts.directory(conf, accounts.home_account(conf))


def _checked(conf: Any, doors: Doors, account: Account
             ) -> tuple[str, str, str]:
    """Number, subnet and what is wrong."""
    number = ''
    try:
        number = doors.number(account)
        return number, accounts.subnet(conf, doors, account), 'ok'
    except exc.NovaEC2Error as error:
        return number, '', str(error)
