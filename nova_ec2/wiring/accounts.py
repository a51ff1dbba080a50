# SPDX-License-Identifier: Apache-2.0
"""Builds the directory of accounts."""

from collections.abc import Callable
from typing import Any

from nova_ec2.accounts import sources
from nova_ec2.accounts.directory import Directory
from nova_ec2.accounts.doors import Doors
from nova_ec2.accounts.file import AccountsFile
from nova_ec2.models.account import DEFAULT, Account
from nova_ec2.wiring.home import Home


def home_account(conf: Any) -> Account:
    """The account of the ``[ec2]`` credentials, as the options say."""
    options = conf.ec2
    return Account(
        DEFAULT, subnet_ids={options.availability_zone: options.subnet_id}
        if options.subnet_id else {},
        security_group_ids=tuple(options.security_group_ids))


def directory(conf: Any, home: Account,
              has_servers: Callable[[Account], bool] = lambda one: False,
              keystone: Callable[[], Any] | None = None) -> Directory:
    """Read ``[ec2] accounts_file``, and load the sources.

    :param home: the account of the ``[ec2]`` credentials
    :param has_servers: see :class:`nova_ec2.accounts.file.AccountsFile`
    :param keystone: see :class:`nova_ec2.accounts.sources.Environment`
    :raises ConfigurationError: names the option, and the line of the file
    """
    options = conf.ec2
    file = AccountsFile(options.accounts_file or '', has_servers)
    environment = sources.Environment(conf, file.table, keystone or _nobody)
    return Directory(file, sources.load(options.account_sources, environment),
                     home, options.unmapped_projects)


def _nobody() -> Any:
    raise LookupError('this process has no credentials for Keystone')


def subnet(conf: Any, doors: Doors, account: Account) -> str:
    """The id of the subnet in which its servers are put by default.

    :raises ConfigurationError: there is none in the host's zone
    :raises AccountUnavailable: the account cannot be entered
    """
    return Home(conf.ec2, doors.ec2(account), account)().subnet_id
