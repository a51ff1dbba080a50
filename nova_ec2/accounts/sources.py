# SPDX-License-Identifier: Apache-2.0
"""Who says which account a project has: an extension point.

A source is a class under the stevedore namespace ``nova_ec2.account_sources``
that is made with an :class:`Environment` and has a method ``account_of``.
``[ec2] account_sources`` names those to be asked, the first answer holds.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from stevedore import exception as stevedore_exc
from stevedore import named

from nova_ec2 import exceptions as exc
from nova_ec2.accounts.table import AccountTable

NAMESPACE = 'nova_ec2.account_sources'
OPTION = '[ec2] account_sources'


@dataclasses.dataclass(frozen=True)
class Environment:
    """What a source is made with.

    :param conf: a ``ConfigOpts`` with the ``[ec2]`` group registered
    :param table: the file of accounts as it is now
    :param keystone: makes a keystoneauth adapter of the identity service,
        with the service's own credentials
    """

    conf: Any
    table: Callable[[], AccountTable]
    keystone: Callable[[], Any]


class Source(Protocol):
    """Says which account serves a project."""

    def account_of(self, project_id: str) -> str:
        """The name of an account of the table, or ``default``.

        :returns: '' where this source knows none for the project
        :raises AccountUnavailable: it could not be found out just now
        """


class FileSource:
    """``file``: the section ``projects`` of the file of accounts."""

    def __init__(self, environment: Environment) -> None:
        self._table = environment.table

    def account_of(self, project_id: str) -> str:
        """See :class:`Source`."""
        return self._table().projects.get(project_id, '')


def load(names: Sequence[str], environment: Environment) -> list[Source]:
    """The sources of these names, in this order.

    :raises ConfigurationError: there is none of a name, or it cannot be made
    """
    def missing(lost: Iterable[str]) -> None:
        raise exc.ConfigurationError(
            f'no source of accounts is installed as {", ".join(sorted(lost))}'
            f' (entry points of {NAMESPACE})', option=OPTION)

    def failed(manager: Any, entry_point: Any,
               error: BaseException) -> None:
        raise exc.ConfigurationError(
            f'the source of accounts {entry_point.name} cannot be loaded: '
            f'{error}', option=OPTION) from error
    try:
        found: Any = named.NamedExtensionManager(
            NAMESPACE, list(names), invoke_on_load=True,
            invoke_args=(environment,), name_order=True,
            on_missing_entrypoints_callback=missing,
            on_load_failure_callback=failed)
    except stevedore_exc.NoMatches as error:
        raise exc.ConfigurationError(str(error), option=OPTION) from error
    return [extension.obj for extension in found]
