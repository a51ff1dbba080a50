# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ec2_scheduler]`` group, read by nova-scheduler."""

import copy

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'ec2_scheduler', title='Private hosts and EC2 hosts in nova-scheduler',
    help='How nova-scheduler chooses between private hosts and EC2 hosts. '
         'These options belong into the nova.conf of nova-scheduler.')

OPTIONS: list[cfg.Opt] = [
    cfg.FloatOpt(
        'private_first_weight_multiplier', default=1e9, min=0,
        help='How much PrivateFirstWeigher takes off the weight of every EC2 '
             'host, so that private hosts are filled first. It must be more '
             'than the multipliers of all other weighers together, of which '
             'build_failure_weight_multiplier and '
             'cross_cell_move_weight_multiplier are a million each; else one '
             'failed build on a private host sends servers to EC2. '
             'nova-scheduler warns at start where it is not. Beyond 1e12 '
             'differences between EC2 hosts drown in rounding. 0 lets EC2 '
             'hosts compete like any other. The metadata key '
             'private_first_weight_multiplier of an aggregate overrides it '
             'for the EC2 hosts of that aggregate. The weigher works where '
             '[filter_scheduler] weight_classes names '
             'nova_ec2.scheduler.weighers.PrivateFirstWeigher beside '
             'nova.scheduler.weights.all_weighers, and needs '
             '[filter_scheduler] host_subset_size at its default of 1, for '
             'Nova picks among that many best hosts at random.'),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ec2_scheduler]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
