# SPDX-License-Identifier: Apache-2.0
"""The file of accounts is read again when it changes."""

from collections.abc import Callable

from nova_ec2 import exceptions as exc
from nova_ec2.accounts import table
from nova_ec2.accounts.table import AccountTable
from nova_ec2.conf.watched import WatchedFile
from nova_ec2.models.account import Account


class AccountsFile:
    """The table of one file, as it is now.

    :param path: '' for none: then the table is empty
    :param has_servers: whether servers are in an account; such a one does
        not vanish, nor become another AWS account, by a reload
    :raises ConfigurationError: the file has a mistake
    """

    def __init__(self, path: str,
                 has_servers: Callable[[Account], bool] = lambda one: False
                 ) -> None:
        self._path = path
        self._has_servers = has_servers
        self._file = WatchedFile(
            path, lambda: table.load(path) if path else AccountTable(),
            'accounts', self._check_kept)

    def table(self) -> AccountTable:
        """What the file says; what it said before where it has a mistake."""
        return self._file.now()

    def _check_kept(self, was: AccountTable, becomes: AccountTable) -> None:
        """Servers of an account that vanished would be out of reach.

        :raises ConfigurationError: there are some
        """
        for name, account in was.accounts.items():
            after = becomes.accounts.get(name)
            if after is not None and after.account_id == account.account_id:
                continue
            if self._has_servers(account):
                what = ('is missing' if after is None else
                        f'is another AWS account, {after.account_id}')
                raise exc.ConfigurationError(
                    f'{self._path}, accounts.{name}: {what}, and '
                    f'{account.account_id} still has servers of this host; '
                    f'map its projects elsewhere and remove it when it is '
                    f'empty', table.OPTION)
