# SPDX-License-Identifier: Apache-2.0
"""How an account other than that of the ``[ec2]`` credentials is entered."""

import dataclasses
from collections.abc import Callable

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.identity import Identity
from nova_ec2.aws.api.roles import Keys, Roles
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.models.account import Account

LOG = logging.getLogger(__name__)

# An hour is what every role allows; the SDK asks anew a quarter before.
_SECONDS = 3600


@dataclasses.dataclass(frozen=True)
class Entrance:
    """Credentials of one account, by its role.

    :param home: the session of the ``[ec2]`` credentials
    :param session_name: see :mod:`nova_ec2.accounts.session_names`
    """

    home: Session
    account: Account
    session_name: str
    pacer: Pacer | None = None

    def session(self) -> Session:
        """A session in the account; nothing is asked until its first call.
        """
        return Session(self.home.settings, enter=self.__call__,
                       like=self.home)

    def __call__(self) -> Keys:
        """Assume the role, and see where it leads.

        :raises AccountUnavailable: it cannot be assumed, or leads elsewhere
        """
        account = self.account
        try:
            keys = Roles(Caller(self.home, 'sts', self.pacer)).assume(
                account.role_arn, self.session_name, account.external_id,
                _SECONDS)
            found = self._whose(keys)
        except exc.NovaEC2Error as error:
            raise exc.AccountUnavailable(
                # Nova cuts the messages of faults: what AWS says comes first.
                f'account {account.name} ({account.account_id}) cannot be '
                f'entered: {error} ({account.role_arn})') from error
        if found != account.account_id:
            raise exc.AccountUnavailable(
                f'account {account.name} should be {account.account_id}, '
                f'and {account.role_arn} leads to {found}; look at [ec2] '
                f'accounts_file')
        LOG.info('Account %s (%s) is entered until %s as session %s',
                 account.name, found, keys.expires, self.session_name)
        return keys

    def _whose(self, keys: Keys) -> str:
        there = Session(self.home.settings, enter=lambda: keys,
                        like=self.home)
        try:
            return Identity(Caller(there, 'sts', self.pacer)).account()
        finally:
            there.close()


def closed(home: Session, reason: str) -> Session:
    """A session whose every call fails for a reason.

    :raises AccountUnavailable: at each call, with this reason
    """
    def refuse() -> Keys:
        raise exc.AccountUnavailable(reason)
    enter: Callable[[], Keys] = refuse
    return Session(home.settings, enter=enter, like=home)
