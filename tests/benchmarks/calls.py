# SPDX-License-Identifier: Apache-2.0
"""EC2 calls that each verb of one server causes beyond the shared reads.

Shared are the sweep, and reads by id: each is one gathered call for all who
wait, at a fixed pace. Both are counted beside.
"""

import collections
from collections.abc import Callable
from typing import Any

from tests.benchmarks import figures, inside_nova
from tests.benchmarks.emulated import TAGS
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

_OWN_TAGS = 12
"""At most so many are the driver's; metadata makes up the rest."""

METADATA = {f'key-{number}': f'value-{number}'
             for number in range(TAGS - _OWN_TAGS)}


def run(quick: bool) -> list[Figure]:
    """Count the calls of each verb, with key and image known."""
    return inside_nova.measure(_measure)


def _measure(cloud: Any) -> list[Figure]:
    key = cloud.api.post_keypair({'keypair': {
        'name': 'bench', 'public_key': _public_key()}})['name']

    def boot() -> Any:
        return cloud.boot(key_name=key, metadata=METADATA)

    say('a first server, so that key and image are known ...')
    server = boot()
    cloud.driver.get_num_instances()
    steps: list[tuple[str, float, Callable[[], Any]]] = [
        ('spawn', 1, boot),
        ('soft_reboot', 1, lambda: _reboot(cloud, server, 'SOFT')),
        ('hard_reboot', 2, lambda: _reboot(cloud, server, 'HARD')),
        ('snapshot', 2, lambda: _snapshot(cloud, server)),
        ('stop', 1, lambda: _act(cloud, server, 'os-stop', 'SHUTOFF')),
        ('start', 1, lambda: _act(cloud, server, 'os-start', 'ACTIVE')),
        ('destroy', 2, lambda: cloud.delete(server))]
    return [_count(cloud, verb, most, step) for verb, most, step in steps]


def _count(cloud: Any, verb: str, most: float,
           step: Callable[[], Any]) -> Figure:
    say(f'{verb} ...')
    before = cloud.control.calls()[-1]['number']
    step()
    own: collections.Counter[str] = collections.Counter()
    shared: collections.Counter[str] = collections.Counter()
    for call in cloud.control.calls(since=before):
        (shared if _is_shared(call) else own)[call['action']] += 1
    make = figures.exactly if most == 1 else figures.at_most
    return make(f'calls.{verb}', sum(own.values()), most, 'calls',
                own=dict(own), shared=dict(shared))


def _is_shared(call: dict[str, Any]) -> bool:
    """A gathered read by id, or a page of the sweep."""
    action, params = call['action'], call['params']
    if action == 'DescribeImages':
        return 'image-id' in params.values()
    if action != 'DescribeInstances':
        return False
    return 'InstanceId.1' in params or 'instance-state-name' in (
        params.values())


def _reboot(cloud: Any, server: Any, how: str) -> None:
    cloud.act(server, 'reboot', {'type': how})
    cloud.until(server, 'ACTIVE')


def _act(cloud: Any, server: Any, action: str, status: str) -> None:
    cloud.act(server, action)
    cloud.until(server, status)


def _snapshot(cloud: Any, server: Any) -> None:
    cloud.act(server, 'createImage', {'name': 'bench'})
    cloud.until(server, 'ACTIVE')


def _public_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519
    return ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(
        serialization.Encoding.OpenSSH,
        serialization.PublicFormat.OpenSSH).decode()
