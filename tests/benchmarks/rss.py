# SPDX-License-Identifier: Apache-2.0
"""Memory of a process that has 10,000 servers in view, and one with none."""

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import figures
from tests.benchmarks.emulated import CLOUD, ZONE, Region
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

COUNT = 10000
_MIB = 1 << 20


def run(quick: bool) -> list[Figure]:
    """Resident memory of two processes with the driver, in MiB."""
    region = Region()
    count = 1000 if quick else COUNT
    region.populate(f'bench-{count}', count)
    say(f'memory with no and with {count} servers ...')
    empty, full = _grown('bench-0'), _grown(f'bench-{count}')
    assert (empty['servers'], full['servers']) == (0, count)
    return [figures.at_most(
        f'rss.{count}', (full['now'] - empty['now']) / _MIB, 80, 'MiB',
        empty_mib=empty['now'] / _MIB, full_mib=full['now'] / _MIB,
        empty_peak_mib=empty['peak'] / _MIB,
        full_peak_mib=full['peak'] / _MIB)]


def _grown(host: str) -> dict[str, int]:
    """What a new process says of itself."""
    done = subprocess.run(
        [sys.executable, '-m', __name__, host], check=True,
        stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def _live(host: str) -> None:
    """Build the driver's rooms, sweep some times, say what it took."""
    import nova.conf

    from nova_ec2 import conf as ec2_conf
    from nova_ec2.emulator import settings as knobs
    from nova_ec2.wiring import compute

    region = Region()
    conf = nova.conf.CONF
    ec2_conf.register_opts(conf)
    for name, value in {
            'cloud_id': CLOUD, 'region_name': 'us-east-1',
            'availability_zone': ZONE, 'endpoint_url': region.endpoint,
            'access_key_id': knobs.DEFAULT_ACCESS_KEY,
            'secret_access_key': knobs.DEFAULT_SECRET_KEY}.items():
        conf.set_override(name, value, group='ec2')
    site = compute.build(conf, host).site
    site.catalogue.types()
    for _ in range(5):
        site.fleet.sweep()
    print(json.dumps({'servers': len(site.fleet.servers()),
                      'now': _status('VmRSS'), 'peak': _status('VmHWM')}))


def _status(name: str) -> int:
    """A line of this process's status, in bytes."""
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(name + ':'):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f'no {name} in the status of this process')


if __name__ == '__main__':
    _live(sys.argv[1])
