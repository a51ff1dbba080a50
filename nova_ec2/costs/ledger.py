# SPDX-License-Identifier: Apache-2.0
"""A service's ledger, built from its options."""

from typing import Any

from sqlalchemy import exc as sa_exc

from nova_ec2 import exceptions as exc
from nova_ec2.costs import budget_file
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.db import database


def build(conf: Any) -> Ledger | None:
    """The ledger of ``[ec2_costs]``; the database is not asked yet.

    :param conf: a ``ConfigOpts`` with the group registered
    :returns: None where there is none to be kept
    :raises ConfigurationError: names the option, and the line of the file
    """
    options = conf.ec2_costs
    if not options.connection:
        if options.budget_file:
            raise exc.ConfigurationError(
                'needs [ec2_costs] connection, where it is written down what '
                'was spent', budget_file.OPTION)
        return None
    try:
        found = database.Database(options.connection)
    except (sa_exc.ArgumentError, ValueError):
        # Its own words may hold the password.
        raise exc.ConfigurationError(
            'is no URL of a database', database.OPTION) from None
    return Ledger(found, budget_file.watch(options.budget_file).now,
                  options.reservation_timeout)
