# SPDX-License-Identifier: Apache-2.0
"""The flavor extra specs of the ``ec2:`` scope: the one list of them.

:mod:`nova_ec2.mapping.extra_specs` reads flavors by it, and
:mod:`nova_ec2.scheduler.validators` hands it to nova-api, which then refuses
wrong keys and values when a flavor is made.
"""

import dataclasses
from typing import Any

SCOPE = 'ec2:'


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One extra spec.

    :param name: without the scope
    :param kind: ``str``, ``bool`` or ``int``
    :param choices: the only values of a ``str``; empty allows others
    :param pattern: what a ``str`` must match in full; '' allows all
    :param least: the smallest ``int``
    :param most: the largest ``int``
    """

    name: str
    kind: type
    description: str
    choices: tuple[str, ...] = ()
    pattern: str = ''
    least: int | None = None
    most: int | None = None

    @property
    def value(self) -> dict[str, Any]:
        """What Nova's ExtraSpecValidator takes as ``value``."""
        known = {'enum': list(self.choices), 'pattern': self.pattern,
                 'min': self.least, 'max': self.most}
        return {'type': self.kind, 'description': self.description,
                **{name: limit for name, limit in known.items()
                   if limit not in ([], '', None)}}


KEYS = (
    Key('instance_type', str,
        'Exactly this EC2 instance type, whatever the vCPUs and memory of '
        'the flavor say.',
        pattern=r'[a-z0-9-]+\.[a-z0-9-]+'),
    Key('architecture', str,
        'The architecture that the AMI must have.',
        choices=('x86_64', 'arm64')),
    Key('bare_metal', bool,
        'Choose among bare metal types; otherwise none is chosen.'),
    Key('accelerated', bool,
        'Choose among types with GPUs or other accelerators; otherwise none '
        'is chosen.'),
    Key('placement_strategy', str,
        'The placement group of servers in server groups: cluster serves '
        'affinity, spread (the usual one) or partition anti-affinity; none '
        'does without.',
        choices=('cluster', 'spread', 'partition', 'none')),
    Key('mac', bool, 'Choose among Macs; otherwise none is chosen.'),
    Key('hibernation', bool,
        'Launch the server so that it can be suspended; chooses among types '
        'that can hibernate, and encrypts the root volume.'),
    Key('volume_iops', int,
        'I/O operations a second that gp3 volumes of the server are made '
        'with, at most 500 a GiB.', least=3000, most=80000),
    Key('volume_throughput', int,
        'MiB a second that gp3 volumes of the server are made with, at most '
        'a quarter of the I/O operations a second.', least=125, most=2000),
    Key('market', str,
        'What the server may run on, on-demand, spot or both as '
        'spot,on-demand: the cheapest that has room is taken. EC2 takes spot '
        'instances back at two minutes notice, and cannot stop them.',
        pattern=r'(on-demand|spot|spot,on-demand|on-demand,spot)'),
    Key('spot_replacement', str,
        'What takes the place of a spot instance that EC2 took back: '
        'nothing, another instance as the market allows, or an on-demand '
        'one.',
        choices=('none', 'spot', 'on-demand')),
    Key('encrypted', bool,
        'Encrypt the EBS volumes of the server, with the key of [ec2] '
        'kms_key or the default key of the account.'),
    Key('burst', str,
        'When servers go to EC2: never, spill, prefer, only, or above:80% '
        'for a utilisation of the private hosts.',
        pattern=r'(never|spill|prefer|only|'
                r'above:[0-9]{1,3}%(-[0-9]{1,3}%)?)'),
)

BY_NAME = {key.name: key for key in KEYS}
