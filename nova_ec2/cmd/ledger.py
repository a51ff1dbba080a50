# SPDX-License-Identifier: Apache-2.0
"""The ledger as the command line reaches it."""

from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.costs import ledger
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.db.database import OPTION


def of(conf: Any) -> Ledger:
    """The ledger of the configuration.

    :raises ConfigurationError: there is none, or its budgets have a mistake
    """
    found = ledger.build(conf)
    if found is None:
        raise exc.ConfigurationError('is not set: no ledger is kept', OPTION)
    return found
