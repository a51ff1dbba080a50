# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ml2_ec2]`` group, read by neutron-server."""

import copy

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'ml2_ec2', title='ML2 mechanism driver for EC2 hosts',
    help='Which ports the mechanism driver ec2 binds. These options belong '
         'into the configuration of neutron-server, beside [ml2].')

OPTIONS: list[cfg.Opt] = [
    cfg.ListOpt(
        'hosts', default=[],
        help='The hosts whose ports this driver binds: what [DEFAULT] host '
             'is in the nova.conf of each nova-compute that runs '
             'ec2.EC2Driver. Names or patterns with ``*`` and ``?``, '
             'separated by commas, for instance '
             '``ec2-us-east-1a,ec2-eu-*``; case matters. Ports on all other '
             'hosts are left to the other mechanism drivers, so no pattern '
             'may match a private host. Empty binds nothing, and every '
             'server on an EC2 host fails with "Binding failed".'),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ml2_ec2]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
