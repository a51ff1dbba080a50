# SPDX-License-Identifier: Apache-2.0
"""The prices that hold now, wherever they are asked for."""

import functools
from typing import Any

from nova_ec2.conf.watched import WatchedFile
from nova_ec2.costs import prices
from nova_ec2.costs.table import PriceTable


def watch(conf: Any) -> WatchedFile[PriceTable]:
    """The prices of ``[ec2] price_file``, followed as the file changes.

    :param conf: has the groups ``[ec2]`` and ``[ec2_costs]``
    :raises ConfigurationError: the file cannot be read or has a mistake;
        names the file, the line and the field
    """
    path = conf.ec2.price_file or ''
    return WatchedFile(path, functools.partial(
        prices.load, path, conf.ec2_costs.unpriced), 'prices')
