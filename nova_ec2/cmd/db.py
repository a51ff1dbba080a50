# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 db``: the database of the ledger."""

import argparse
from typing import Any

from cliff import show

from nova_ec2.cmd import ledger
from nova_ec2.costs.db import schema


class Sync(show.ShowOne):
    """Make the tables of the ledger, or bring them up to date.

    Run it before the services of a new release are started. Repeated, it
    changes nothing.
    """

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and the row for cliff."""
        version = ledger.of(self.app.conf).database.upgrade()
        return ('Version', 'Newest'), (version, schema.newest())
