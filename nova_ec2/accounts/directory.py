# SPDX-License-Identifier: Apache-2.0
"""All accounts, and the one that a project has now."""

import dataclasses
from collections.abc import Sequence

from nova_ec2 import exceptions as exc
from nova_ec2.accounts.file import AccountsFile
from nova_ec2.accounts.sources import Source
from nova_ec2.models.account import DEFAULT, Account

REFUSE = 'refuse'


@dataclasses.dataclass(frozen=True)
class Directory:
    """Finds accounts.

    :param home: the account of the ``[ec2]`` credentials
    :param unmapped: ``default`` or ``refuse``: what a project without an
        account gets
    """

    file: AccountsFile
    sources: Sequence[Source]
    home: Account
    unmapped: str = DEFAULT

    def all(self) -> list[Account]:
        """Every account, the default one first."""
        return [self.home, *self.file.table().accounts.values()]

    def named(self, name: str) -> Account | None:
        """An account by its name."""
        if name == DEFAULT:
            return self.home
        return self.file.table().accounts.get(name)

    def of_project(self, project_id: str) -> Account:
        """The account in which new servers of a project are made.

        :raises AccountRefused: there is none for it
        :raises AccountUnavailable: it could not be found out just now
        """
        for source in self.sources:
            name = source.account_of(project_id)
            if name:
                break
        else:
            name = self._of_others(project_id)
        account = self.named(name)
        if account is None:
            raise exc.AccountRefused(
                f'project {project_id} is to be served by account {name}, '
                f'which is not in [ec2] accounts_file')
        return account

    def _of_others(self, project_id: str) -> str:
        if self.unmapped == REFUSE:
            raise exc.AccountRefused(
                f'no AWS account serves project {project_id}, and [ec2] '
                f'unmapped_projects is {REFUSE}; an administrator can give '
                f'it one in [ec2] accounts_file')
        return self.file.table().default
