# SPDX-License-Identifier: Apache-2.0
"""The accounts of the cloud as nova-compute reads them, and EC2 in each."""

import threading
from collections.abc import Callable
from typing import Any

from keystoneauth1 import adapter, loading

from nova_ec2 import exceptions as exc
from nova_ec2.accounts import sources
from nova_ec2.accounts.directory import Directory
from nova_ec2.accounts.file import AccountsFile
from nova_ec2.accounts.session_names import session_name
from nova_ec2.aws.api import EC2
from nova_ec2.aws.call import Caller
from nova_ec2.aws.entrance import Entrance
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.models.account import DEFAULT, Account

_CREDENTIALS = 'nova'


def directory(conf: Any, is_used: Callable[[Account], bool]) -> Directory:
    """Read ``[ec2] accounts_file``, and load the sources.

    :param is_used: whether something is in an account; such a one does not
        vanish by a reload
    :raises ConfigurationError: names the option, and the line of the file
    """
    options = conf.ec2
    file = AccountsFile(options.accounts_file or '', is_used)
    environment = sources.Environment(conf, file.table,
                                      lambda: _keystone(conf))
    return Directory(file, sources.load(options.account_sources, environment),
                     Account(DEFAULT), options.unmapped_projects)


class Doors:
    """Opens EC2 in accounts; nothing is asked until the first call there.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    """

    def __init__(self, conf: Any) -> None:
        self._options = conf.ec2
        self._home = Session(AwsSettings.of(conf.ec2))
        self._lock = threading.Lock()

    def open(self, account: Account, accounts: Directory) -> EC2:
        """EC2 in an account, at the pace that the options say."""
        session = self._home if account.is_default else Entrance(
            self._home, account, session_name(
                self._options.cloud_id,
                accounts.file.table().projects_of(account.name)),
            self._pacer()).session()
        return EC2.over(Caller(session, pacer=self._pacer()))

    def _pacer(self) -> Pacer:
        return Pacer(share=self._options.api_share,
                     timeout=self._options.pacing_timeout)


def _keystone(conf: Any) -> Any:
    """Keystone, with the credentials that Neutron tells Nova things with.

    :raises ConfigurationError: they are not there
    """
    auth = loading.load_auth_from_conf_options(conf, _CREDENTIALS)
    if auth is None:
        raise exc.ConfigurationError(
            'has no credentials to ask Keystone with',
            option=f'[{_CREDENTIALS}]')
    session = loading.load_session_from_conf_options(
        conf, _CREDENTIALS, auth=auth)
    return adapter.Adapter(
        session, service_type='identity', min_version=(3, 0),
        max_version=(3, 'latest'),
        region_name=conf[_CREDENTIALS].region_name)
