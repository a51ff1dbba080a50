# SPDX-License-Identifier: Apache-2.0
"""Options of the ``[ec2_scheduler]`` group, read by nova-scheduler."""

import copy

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'ec2_scheduler', title='Private hosts and EC2 hosts in nova-scheduler',
    help='How nova-scheduler chooses between private hosts and EC2 hosts. '
         'These options belong into the nova.conf of nova-scheduler, and '
         'policy_file and default_policy into that of each nova-compute for '
         'EC2, too, which refuses what must stay at home even where the '
         'scheduler was not asked.')

OPTIONS: list[cfg.Opt] = [
    cfg.StrOpt(
        'default_policy', default='spill',
        help='When servers go to EC2 that neither scheduler hint, flavor, '
             'image, project nor the default of policy_file say anything '
             'about. never: not at all; spill: when no private host can take '
             'them; above:80%: when 80% of the vCPUs or of the memory of all '
             'private hosts are taken, and before only what no private host '
             'can take; above:80%-75%: the same, and until less than 75% are '
             'taken; prefer: EC2 first, private hosts when EC2 has no room; '
             'only: EC2 and nowhere else. Needs '
             'nova_ec2.scheduler.burst_filter.EC2BurstFilter among '
             '[filter_scheduler] available_filters and as the last of '
             'enabled_filters; without it private hosts are filled first.'),
    cfg.StrOpt(
        'policy_file',
        help='YAML file with the policies of projects: "projects:", below it '
             'a line "PROJECT_ID: POLICY" for each, and "default: POLICY", '
             'which replaces default_policy. It must not be called '
             'policy.yaml, for services take a file of this name for their '
             'access rules. It is read anew when it changes. A mistake stops '
             'the service at its start and is logged later, while the '
             'policies stay as they were; both name file, line and field.'),
    cfg.BoolOpt(
        'above_spills', default=True,
        help='Whether a server with an above policy goes to EC2 below the '
             'threshold, too, where no private host can take it: because '
             'what is free is in too small pieces, for instance, or because '
             'no private host has what its flavor asks for. Otherwise it is '
             'refused, and the fault says so.'),
    cfg.IntOpt(
        'hysteresis', default=5, min=0, max=100,
        help='Points of utilisation by which the private hosts must fall '
             'below the threshold of an above policy until new servers stay '
             'at home again, where the policy names no second figure. 0 '
             'changes at the same figure both ways.'),
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
    cfg.FloatOpt(
        'zone_price_weight_multiplier', default=1000, min=0,
        help='How much ZonePriceWeigher takes off the weight of EC2 hosts '
             'for what a flavor costs there: the whole of it off the dearest '
             'and nothing off the cheapest. A host that had no capacity for '
             'the flavor lately counts as dearer than any. It must be more '
             'than the multipliers of the weighers that it is to override, '
             'and far less than private_first_weight_multiplier. 0 leaves '
             'prices out. The metadata key zone_price_weight_multiplier of '
             'an aggregate overrides it for the hosts of that aggregate. The '
             'weigher works where [filter_scheduler] weight_classes names '
             'nova_ec2.scheduler.zone_price.ZonePriceWeigher.'),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register the ``[ec2_scheduler]`` group with ``conf``."""
    # A copy: the group would carry one process's options into another's.
    conf.register_group(copy.deepcopy(GROUP))
    conf.register_opts(OPTIONS, group=GROUP.name)
