# SPDX-License-Identifier: Apache-2.0
"""The ledger follows EC2: with each look at the fleet, both are compared."""

import dataclasses

from nova_ec2 import exceptions as exc
from nova_ec2.ops.budget_watch import BudgetWatch
from nova_ec2.ops.context import Site


@dataclasses.dataclass(frozen=True)
class Bills:
    """Keeps the ledger of one host's servers in one account."""

    site: Site

    def look(self) -> None:
        """Write down what nobody has told: starts, stops, and ends.

        Then, once for all accounts, look how the budgets stand.
        """
        site = self.site
        try:
            site.spending.reconcile(site.fleet, site.ec2.instances)
        except exc.FleetUnavailable:
            return  # The sweep has said so.
        if site.spending.ledger is not None and site.account.is_default:
            BudgetWatch(site.spending.ledger, site.host).look()
