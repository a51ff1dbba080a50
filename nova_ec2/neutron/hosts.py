# SPDX-License-Identifier: Apache-2.0
"""Which hosts are EC2's: ``[ml2_ec2] hosts``."""

import fnmatch
from collections.abc import Iterable


def serves(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of ours.

    :param host: a port's binding:host_id, empty while it has none
    :param patterns: names, or patterns with ``*`` and ``?``
    """
    return bool(host) and any(
        fnmatch.fnmatchcase(host, pattern) for pattern in patterns)
