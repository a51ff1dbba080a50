# SPDX-License-Identifier: Apache-2.0
"""Live migration, which EC2 has not: refused before anything moves."""

from typing import Any, NoReturn

from nova import exception as nova_exc


def refuse(instance: Any) -> NoReturn:
    """Say so in the way that leaves the server as it is.

    A mere NotImplementedError would have nova-conductor put it into ERROR.

    :raises MigrationPreCheckError: always
    """
    raise nova_exc.MigrationPreCheckError(
        reason=f'server {instance.uuid} cannot move while it runs: EC2 has '
               f'no live migration. Migrate it cold, to a host of the same '
               f'account and zone')
