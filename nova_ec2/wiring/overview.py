# SPDX-License-Identifier: Apache-2.0
"""EC2 and the quotas of every account, for whoever wants to see all."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from nova_ec2.accounts.doors import Doors
from nova_ec2.aws.api import EC2
from nova_ec2.aws.api.quotas import Quotas
from nova_ec2.aws.call import Caller
from nova_ec2.wiring import accounts, cli


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One account.

    :param name: as the accounts file has it
    """

    name: str
    ec2: EC2
    quotas: Quotas


def accounts_of(conf: Any) -> Iterator[Seen]:
    """Every account of the configuration; AWS is asked nothing yet.

    :raises ConfigurationError: the accounts file has a mistake
    """
    found = accounts.directory(conf, accounts.home_account(conf))
    doors = Doors(conf, cli.session(conf), found.file.table)
    for account in found.all():
        yield Seen(account.name, doors.ec2(account), Quotas(
            Caller(doors.open(account), 'service-quotas')))
