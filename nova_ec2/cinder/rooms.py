# SPDX-License-Identifier: Apache-2.0
"""One back end in several accounts: which of them has a volume.

A volume is made in the account that its project has then, and stays there;
so does all that is made of it. Cinder keeps the account's name in
``provider_location``, which no tenant can edit; '' is that of the ``[ec2]``
credentials.
"""

import dataclasses
import threading
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.accounts import sources
from nova_ec2.accounts.directory import Directory
from nova_ec2.accounts.doors import Doors
from nova_ec2.accounts.file import AccountsFile
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.cinder import backend, identity
from nova_ec2.cinder.adoption import Adoption
from nova_ec2.cinder.backend import Backend
from nova_ec2.cinder.snapshots import Snapshots
from nova_ec2.cinder.uploads import Uploads
from nova_ec2.cinder.volumes import Volumes
from nova_ec2.models.account import DEFAULT, Account


@dataclasses.dataclass(frozen=True)
class Rooms:
    """All verbs of one back end in one account."""

    account: Account
    backend: Backend
    volumes: Volumes
    snapshots: Snapshots
    adoption: Adoption
    uploads: Uploads

    def noted(self, ebs_id: str) -> dict[str, str]:
        """What Cinder keeps of a volume that was made here."""
        note = {'provider_id': ebs_id}
        if not self.account.is_default:
            note['provider_location'] = self.account.name
        return note


class Accounts:
    """The verbs of one back end, by account.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param options: of the back end's section
    :param host: the back end, as Cinder names it
    :raises ConfigurationError: names the option, and the line of the file
    """

    def __init__(self, conf: Any, options: Any, host: str) -> None:
        backend.check(conf, options)
        self._conf, self._options, self._host = conf, options, host
        file = AccountsFile(conf.ec2.accounts_file or '')
        self._directory = Directory(
            file, sources.load(conf.ec2.account_sources, sources.Environment(
                conf, file.table, lambda: identity.adapter(conf))),
            Account(DEFAULT), conf.ec2.unmapped_projects)
        self._doors = Doors(conf, Session(AwsSettings.of(conf.ec2)),
                            file.table)
        self._lock = threading.Lock()
        self._built: dict[str, Rooms] = {}
        self.home = self._get(Account(DEFAULT))
        backend.check_zone(self.home.backend)

    def of_project(self, project_id: str) -> Rooms:
        """Where new volumes of a project are made.

        :raises AccountRefused: no account serves it
        :raises AccountUnavailable: which one does cannot be found out now
        """
        return self._get(self._directory.of_project(project_id))

    def of(self, volume: Any) -> Rooms:
        """The account that a volume is in.

        One that died before Cinder noted it is looked for by its tags.

        :param volume: :class:`cinder.objects.Volume`
        :raises VolumeRefused: its account is no longer known here
        """
        name = volume.provider_location or ''
        if name:
            account = self._directory.named(name)
            if account is None:
                raise exc.VolumeRefused(
                    f'volume {volume.id} is in account {name}, which is not '
                    f'in [ec2] accounts_file')
            return self._get(account)
        if not volume.provider_id:
            for rooms in self.all()[1:]:
                if rooms.volumes.is_there(volume):
                    return rooms
        return self.home

    def all(self) -> list[Rooms]:
        """Every account, that of the credentials first."""
        return [self._get(account) for account in self._directory.all()]

    def _get(self, account: Account) -> Rooms:
        with self._lock:
            known = self._built.get(account.name)
        if known is not None and known.account == account:
            return known
        made = self._build(account)
        with self._lock:
            self._built[account.name] = made
        return made

    def _build(self, account: Account) -> Rooms:
        own = backend.build(self._conf, self._options,
                            self._doors.ec2(account), account.name)
        volumes = Volumes(own)
        snapshots = Snapshots(own, volumes)
        return Rooms(account, own, volumes, snapshots,
                     Adoption(own, volumes),
                     Uploads(own, snapshots, self._host))
