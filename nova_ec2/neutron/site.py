# SPDX-License-Identifier: Apache-2.0
"""What Neutron's drivers need to know of AWS, built once a process."""

import dataclasses
import threading
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages
from nova_ec2.aws.api import EC2
from nova_ec2.conf import neutron as options
from nova_ec2.costs import upkeep
from nova_ec2.costs.upkeep import OFF, Upkeep
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.account import DEFAULT, Account
from nova_ec2.neutron.account_vpcs import AccountVpcs
from nova_ec2.neutron.doors import Doors, directory
from nova_ec2.neutron.troubles import Troubles

T = TypeVar('T')


@dataclasses.dataclass(frozen=True)
class Site:
    """One cloud in one account and Region.

    :param options: the ``[ml2_ec2]`` group
    """

    cloud_id: str
    ec2: EC2
    options: Any
    account: Account = Account(DEFAULT)
    upkeep: Upkeep = OFF

    def tags(self, **more: str) -> dict[str, str]:
        """Tags of what is made here: this cloud's, and ours to delete.

        :param more: keys of :mod:`nova_ec2.models.tags`, by the names of
            their constants in lower case
        """
        return {tag_keys.CLOUD: self.cloud_id, tag_keys.MANAGED: 'true'} | {
            getattr(tag_keys, name.upper()): value
            for name, value in more.items()}

    def filters(self, key: str, value: str = '') -> dict[str, list[str]]:
        """Filters that let pass what is ours to delete.

        :param key: of :mod:`nova_ec2.models.tags`, which it has besides
        :param value: which that tag has, '' for any
        """
        having = {f'tag:{key}': [value]} if value else {'tag-key': [key]}
        return pages.with_tags(self.tags()) | having

    def ours(self, tags: Any) -> bool:
        """Whether something with these tags was made by this cloud."""
        return (tags.get(tag_keys.CLOUD) == self.cloud_id
                and tags.get(tag_keys.MANAGED) == 'true')


class Sites:
    """The sites of all accounts.

    Each is built when it is first asked for, and not before: neutron-server
    forks after it has loaded its drivers, and a connection must not be
    shared. A role is assumed at the first call in its account.

    :raises ConfigurationError: the file of accounts has a mistake
    """

    def __init__(self, conf: Any = None) -> None:
        self._conf = conf or cfg.CONF
        self._lock = threading.Lock()
        self._built: dict[str, Site] = {}
        self._doors: Doors | None = None
        self.troubles = Troubles()
        self.vpcs = AccountVpcs(self)
        options.register_opts(self._conf)
        ec2_conf.register_opts(self._conf)
        self._directory = (directory(self._conf, self._is_used)
                           if self.configured else None)

    @property
    def configured(self) -> bool:
        """Whether anything is to be done on EC2 at all."""
        return bool(self._conf.ec2.cloud_id)

    @property
    def options(self) -> Any:
        """The group ``[ml2_ec2]``."""
        return self._conf.ml2_ec2

    # Which there are

    def get(self) -> Site:
        """The site of the ``[ec2]`` credentials.

        :raises ConfigurationError: names the option to look at
        """
        return self._of(Account(DEFAULT))

    def all(self) -> list[Site]:
        """Those of all accounts, that of the ``[ec2]`` credentials first."""
        return [self._of(one) for one in self._known().all()]

    @property
    def alone(self) -> bool:
        """Whether there is one account only."""
        return len(self._known().all()) == 1

    def named(self, name: str) -> Site:
        """The site of an account.

        :raises AccountUnavailable: it is not described any more
        """
        account = self._known().named(name)
        if account is None:
            raise exc.AccountUnavailable(
                f'account {name} is not in [ec2] accounts_file')
        return self._of(account)

    def of_project(self, project_id: str) -> Site:
        """Where something new of a project is made.

        :raises AccountRefused: no account serves it
        :raises AccountUnavailable: which one does cannot be found out now
        """
        return self._of(self._known().of_project(project_id))

    def of_vpc(self, vpc_id: str) -> Site:
        """Where a VPC is.

        :raises NotFound: no account has it
        :raises AccountUnavailable: one that may have it cannot be entered
        """
        found: Site = self.vpcs.site(vpc_id)
        return found

    # What is done in several

    def search(self, ask: Callable[[Site], T | None],
               among: Iterable[Site] | None = None
               ) -> tuple[Site, T] | None:
        """The first account where something is found.

        :param ask: what is not found is None, or empty
        :param among: these accounts, in this order; None for all
        :raises NovaEC2Error: it was not found, and an account that could not
            be asked may have it
        """
        failure: exc.NovaEC2Error | None = None
        for site in self.all() if among is None else among:
            try:
                found = ask(site)
            except exc.NovaEC2Error as error:
                failure = failure or error
                continue
            if found:
                return site, found
        if failure:
            raise failure
        return None

    def run(self, step: Callable[[Site], None],
            else_: str = 'A round over EC2 was not finished',
            names: Collection[str] | None = None) -> bool:
        """Do something in every account.

        One that fails is logged and keeps no other back.

        :param step: asks something in the account
        :param else_: what is logged then
        :param names: of these accounts only
        :returns: whether it was done in all
        """
        done = [self._tried(step, site, else_) for site in self.all()
                if names is None or site.account.name in names]
        return all(done)

    def _tried(self, step: Callable[[Site], None], site: Site,
               else_: str) -> bool:
        try:
            step(site)
        except Exception as error:
            self.troubles.failed(site.account.name, error, else_)
            return False
        self.troubles.worked(site.account.name)
        return True

    # Building them

    def _known(self) -> Any:
        if self._directory is None:
            raise exc.ConfigurationError('is required and not set',
                                         option='[ec2] cloud_id')
        return self._directory

    def _of(self, account: Account) -> Site:
        """The site of an account, built anew where it is described anew."""
        found = self._known()
        with self._lock:
            known = self._built.get(account.name)
            if known is not None and known.account == account:
                return known
            self._doors = self._doors or Doors(self._conf)
            doors = self._doors
        # Not under the lock: the file of accounts may be read anew.
        ec2 = doors.open(account, found)
        made = Site(cloud_id=self._conf.ec2.cloud_id,
                    options=self._conf.ml2_ec2, account=account, ec2=ec2,
                    upkeep=upkeep.build(self._conf, ec2.region,
                                        account.name))
        with self._lock:
            if self._built.get(account.name) is not known:
                return self._built[account.name]
            self._built[account.name] = made
            return made

    def _is_used(self, account: Account) -> bool:
        """Whether something of ours is known to be in an account."""
        with self._lock:
            site = self._built.get(account.name)
        if site is None:
            return False
        ec2 = site.ec2
        try:
            return bool(ec2.security_groups.ours(site.cloud_id)
                        or ec2.vpcs.find(site.filters(tag_keys.NETWORK))
                        or ec2.subnets.find(site.filters(tag_keys.SUBNET))
                        or ec2.addresses.find(site.tags()))
        except exc.NovaEC2Error:
            # Nobody can say that it is empty.
            return True
