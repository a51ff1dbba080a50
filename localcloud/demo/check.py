# SPDX-License-Identifier: Apache-2.0
"""Nova's rows against what the emulator itself says is there.

Pure functions over the emulator's control API's answers; Nova and its driver
are not asked.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from localcloud import ec2
from localcloud.demo.rows import Row
from localcloud.names import PRIVATE_HOST

LIVE = {'ACTIVE': 'running', 'SHUTOFF': 'stopped'}
GONE = ('shutting-down', 'terminated')
TAG = 'nova-ec2:server'


def differences(rows: Iterable[Row], instances: Iterable[Mapping[str, Any]],
                resources: Iterable[Mapping[str, Any]],
                amis: Collection[str]) -> list[str]:
    """Everything that does not agree, one sentence each.

    :param rows: the servers, as Nova shows them
    :param instances: all instances, as the emulator knows them
    :param resources: all else that an account has, likewise
    :param amis: the AMIs that Glance's images name
    """
    living = [one for one in instances if one['state'] not in GONE]
    unclaimed = {one['instance_id']: one for one in living}
    found: list[str] = []
    for row in rows:
        mine = [one for one in living if one['tags'].get(TAG) == row.uuid]
        for one in mine:
            unclaimed.pop(one['instance_id'], None)
        found += _row(row, mine)
    found += [f'{name} runs on EC2, but no server belongs to it'
              for name in sorted(unclaimed)]
    return found + _leaks(living, resources, set(amis))


def _row(row: Row, mine: list[Mapping[str, Any]]) -> list[str]:
    if row.host == PRIVATE_HOST:
        return [f'{row.server} is private, yet {one["instance_id"]} has its '
                'tag' for one in mine]
    if row.host != ec2.HOST:
        return [f'{row.server} is on the unknown host {row.host!r}']
    if len(mine) != 1:
        return [f'{row.server} should have one instance, EC2 has {len(mine)}']
    one = mine[0]
    nics = one['interfaces']
    pairs = {
        'instance id': (row.instance_id, one['instance_id']),
        'type': (row.instance_type, one['instance_type']),
        'state': (LIVE.get(row.state, row.state), one['state']),
        'zone': (ec2.ZONE, one['zone']),
        'host': (row.host, one['tags'].get('nova-ec2:host')),
        'addresses': (row.addresses, tuple(sorted(
            nic['private_address'] for nic in nics))),
        'MAC addresses': (row.macs, tuple(sorted(
            nic['mac_address'] for nic in nics))),
    }
    return [f'{row.server}: {what} is {shown} in Nova, {real} on EC2'
            for what, (shown, real) in pairs.items() if shown != real]


def _leaks(living: list[Mapping[str, Any]],
           resources: Iterable[Mapping[str, Any]],
           amis: set[str]) -> list[str]:
    used = {
        'volumes': {volume['volume_id'] for one in living
                    for volume in one['volumes']},
        'interfaces': {nic['interface_id'] for one in living
                       for nic in one['interfaces']},
        'addresses': set(),
        'images': amis,
    }
    found = []
    for account in resources:
        for kind, wanted in used.items():
            found += [f'{name} ({kind}) belongs to nothing'
                      for name in sorted(set(account[kind]) - wanted)]
        if not amis:
            found += [f'{name} (snapshots) belongs to nothing'
                      for name in account['snapshots']]
    return found
