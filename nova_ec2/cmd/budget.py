# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 budget``: how much may still be spent."""

import argparse
from typing import Any

from cliff import lister

from nova_ec2.cmd import ledger
from nova_ec2.costs.budgets import dollars

COLUMNS = ('Budget', 'Period', 'Begins', 'Limit USD', 'Spent USD',
           'Committed USD', 'Left USD', 'State', 'On exhausted')


class Show(lister.Lister):
    """List all budgets and how they stand in their present periods.

    Committed is what the period will have cost if all that runs, or is being
    started, goes on to its end; what would go beyond the limit is refused.
    """

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        return COLUMNS, [
            (one.budget.scope, one.budget.period.value,
             f'{one.begins:%Y-%m-%d %H:%M}', dollars(one.budget.limit),
             dollars(one.spent), dollars(one.committed), dollars(one.left),
             'exhausted' if one.is_exhausted else
             'warning' if one.is_warning else 'ok',
             one.budget.on_exhausted.value)
            for one in ledger.of(self.app.conf).standings()]
