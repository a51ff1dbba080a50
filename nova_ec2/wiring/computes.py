# SPDX-License-Identifier: Apache-2.0
"""One nova-compute in several accounts: which of them serves a server."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.accounts.doors import Doors
from nova_ec2.aws import entrance
from nova_ec2.aws.api import EC2
from nova_ec2.models.account import DEFAULT, Account
from nova_ec2.ops import assigned, identity_service
from nova_ec2.wiring import accounts, compute
from nova_ec2.wiring.compute import Compute

LOG = logging.getLogger(__name__)


class Computes:
    """The verbs of one nova-compute, by account.

    An account is asked nothing until somebody needs it; one that cannot be
    entered fails what is to be done in it, and nothing else.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param host: name of this nova-compute
    :raises ConfigurationError: names the option to look at
    """

    def __init__(self, conf: Any, host: str) -> None:
        self._lock = threading.RLock()
        self._built: dict[str, Compute] = {}
        self._troubles: dict[str, str] = {}
        self._begin: Callable[[Compute], None] | None = None
        self._shared = compute.share(conf, host, self._others,
                                     self._by_number)
        self._directory = accounts.directory(
            conf, accounts.home_account(conf), self._has_servers,
            identity_service.adapter)
        self._doors = Doors(conf, self._shared.session,
                            self._directory.file.table)
        self.default = self._built[DEFAULT] = compute.build_home(self._shared)

    def _others(self) -> list[str]:
        """Numbers of the accounts that are entered by a role."""
        return [account.account_id for account in self._directory.all()
                if not account.is_default]

    def _by_number(self) -> dict[str, tuple[Account, EC2]]:
        """All accounts by their numbers; none where there is one only."""
        if not self._others():
            return {}
        return {one.site.account.account_id
                or self.default.inventory.whereabouts.account():
                (one.site.account, one.site.ec2) for one in self.all()}

    # Which serves a server

    def of(self, instance: Any) -> Compute:
        """The account that a server was made in.

        Where it is not noted: the one that knows the server, else the
        default one, for a server is noted before anything is made of it.
        """
        name = assigned.account_of(instance)
        if name:
            return self._named(name)
        with self._lock:
            built = list(self._built.values())
        return next((one for one in built
                     if one.site.fleet.known(instance.uuid)), self.default)

    def for_build(self, instance: Any) -> Compute:
        """The account that a server is to be made in, or was made in.

        :raises AccountRefused: none serves its project
        :raises AccountUnavailable: which one does cannot be found out now
        """
        if not assigned.is_new(instance):
            return self.of(instance)
        return self._get(self._directory.of_project(instance.project_id))

    def likely(self, instance: Any) -> Compute:
        """The same where it does not matter much; the build says why not."""
        try:
            return self.for_build(instance)
        except exc.NovaEC2Error:
            return self.default

    def note(self, instance: Any, chosen: Compute) -> None:
        """Note where a server is about to be made, where there is a choice.
        """
        name = chosen.site.account.name
        if name != DEFAULT or assigned.account_of(instance):
            assigned.note(instance, name)

    # All of them

    def all(self) -> list[Compute]:
        """Every account, the default one first."""
        return [self._get(account) for account in self._directory.all()]

    def run(self, step: Callable[[Compute], Any]) -> list[Any]:
        """Do something in every account.

        What fails in the default one is raised. Another account that fails
        is logged, once as long as it fails alike, and left out.

        :returns: what the step returned, of the accounts where it did
        """
        results = []
        for one in self.all():
            if one is self.default:
                results.append(step(one))
                continue
            try:
                results.append(step(one))
            except Exception as error:
                self._failed(one.site.account, error)
            else:
                self._well(one.site.account)
        return results

    def begin(self, begin: Callable[[Compute], None]) -> None:
        """Have something done once with every account, later ones too."""
        with self._lock:
            self._begin = begin
        self.run(begin)

    def at_start(self, instances: Iterable[Any]) -> None:
        """Settle what the last run left half done, in each account.

        :param instances: Nova's servers of this host
        """
        servers: dict[str, list[Any]] = {}
        for instance in instances:
            name = self.of(instance).site.account.name
            servers.setdefault(name, []).append(instance)
        lost = servers.keys() - {one.site.account.name for one in self.all()}
        for name in sorted(lost):
            LOG.error('%d servers of this host are in account %s, which is '
                      'not in [ec2] accounts_file: they are out of reach',
                      len(servers[name]), name)
        self.run(lambda one: one.at_start(
            servers.get(one.site.account.name, [])))

    # Building them

    def _named(self, name: str) -> Compute:
        account = self._directory.named(name)
        return self._get(account or Account(name))

    def _get(self, account: Account) -> Compute:
        """The verbs of an account, built anew where it is described anew."""
        if account.is_default:
            return self.default
        with self._lock:
            known = self._built.get(account.name)
        if known is not None and known.site.account == account:
            return known
        # Not under the lock: the file of accounts may be read anew.
        made = compute.of_account(self._shared, account,
                                  self._session(account), self.default)
        with self._lock:
            if self._built.get(account.name) is not known:
                return self._built[account.name]
            self._built[account.name] = made
            begin = self._begin
        if begin is not None:
            begin(made)
        return made

    def _session(self, account: Account) -> Any:
        if account.role_arn:
            return self._doors.open(account)
        return entrance.closed(
            self._shared.session, f'account {account.name} is not in [ec2] '
            f'accounts_file of {self._shared.host}')

    def _has_servers(self, account: Account) -> bool:
        with self._lock:
            known = self._built.get(account.name)
        if known is None:
            return False
        try:
            return bool(known.site.fleet.servers())
        except exc.NovaEC2Error:
            # Nobody can say that it is empty.
            return True

    def _failed(self, account: Account, error: Exception) -> None:
        words = str(error)
        if self._troubles.get(account.name) != words:
            LOG.error('Account %s fails, others go on: %s', account.name,
                      words, exc_info=not isinstance(error, exc.NovaEC2Error))
        self._troubles[account.name] = words

    def _well(self, account: Account) -> None:
        if self._troubles.pop(account.name, ''):
            LOG.info('Account %s works again', account.name)
