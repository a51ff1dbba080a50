# SPDX-License-Identifier: Apache-2.0
"""One account's costs in the ledger of the cloud."""

import dataclasses

from nova_ec2.costs.admission import Ledger
from nova_ec2.fleet.spending import Spending
from nova_ec2.ops.context import Site


def keep_ledger(ledger: Ledger | None, site: Site) -> Site:
    """The same site, whose servers are paid for.

    :param ledger: None for none
    """
    spending = Spending(ledger, site.account.name, site.ec2.region,
                        site.price_file.now)
    site.launcher.spending = spending
    return dataclasses.replace(site, spending=spending)
