# SPDX-License-Identifier: Apache-2.0
"""Processor time of each service: where a burst's time goes."""

import collections
import os
from pathlib import Path

from localcloud import process, state
from localcloud.cloud import Cloud

_SESSION, _USER, _SYSTEM = 3, 11, 12
"""Indexes in /proc/PID/stat behind the name's closing bracket."""


def seconds(cloud: Cloud) -> dict[str, float]:
    """Seconds that each service has used, its workers' included.

    Each service was started in a session of its own.
    """
    names = {child.pid: name
             for name, child in state.Table(cloud.home).all().items()}
    used: collections.Counter[str] = collections.Counter()
    for one in process.marked(cloud.home):
        try:
            stat = Path(f'/proc/{one.pid}/stat').read_text()
        except OSError:
            continue
        fields = stat.rpartition(')')[2].split()
        name = names.get(int(fields[_SESSION]), 'others')
        used[name] += int(fields[_USER]) + int(fields[_SYSTEM])
    tick = os.sysconf('SC_CLK_TCK')
    return {name: ticks / tick for name, ticks in used.items()}


def since(cloud: Cloud, before: dict[str, float]) -> dict[str, float]:
    """What was used since, the busiest service first, in seconds."""
    grown = {name: round(now - before.get(name, 0), 1)
             for name, now in seconds(cloud).items()}
    return dict(sorted(((name, used) for name, used in grown.items()
                        if used >= 0.1), key=lambda pair: -pair[1]))
