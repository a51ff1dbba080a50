# SPDX-License-Identifier: Apache-2.0
"""Sessions in accounts: the one of the credentials, others by their roles."""

import dataclasses
from collections.abc import Callable
from typing import Any

from nova_ec2.accounts.session_names import session_name
from nova_ec2.accounts.table import AccountTable
from nova_ec2.aws.api import EC2
from nova_ec2.aws.api.identity import Identity
from nova_ec2.aws.call import Caller
from nova_ec2.aws.entrance import Entrance
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.models.account import Account


@dataclasses.dataclass(frozen=True)
class Doors:
    """Opens sessions; nothing is asked of AWS until their first calls.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param home: the session of the ``[ec2]`` credentials
    :param table: the file of accounts as it is now
    """

    conf: Any
    home: Session
    table: Callable[[], AccountTable]

    def open(self, account: Account) -> Session:
        """A session in an account."""
        if account.is_default:
            return self.home
        projects = self.table().projects_of(account.name)
        return Entrance(
            self.home, account,
            session_name(self.conf.ec2.cloud_id, projects), self._pacer()
        ).session()

    def ec2(self, account: Account) -> EC2:
        """EC2 of an account, at a pace of its own."""
        return EC2.over(Caller(self.open(account), pacer=self._pacer()))

    def number(self, account: Account) -> str:
        """Whose credentials an account is entered with (GetCallerIdentity).

        :raises AccountUnavailable: it cannot be entered
        """
        return Identity(Caller(self.open(account), 'sts')).account()

    def _pacer(self) -> Pacer:
        options = self.conf.ec2
        return Pacer(share=options.api_share, timeout=options.pacing_timeout)
