# SPDX-License-Identifier: Apache-2.0
"""Weighers for nova-scheduler (``[filter_scheduler] weight_classes``)."""

from typing import Any

import nova.conf
from nova.scheduler import utils, weights
from oslo_log import log as logging

from nova_ec2.conf import scheduler as options
from nova_ec2.policy import private_first
from nova_ec2.scheduler import orders

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

MULTIPLIER = 'private_first_weight_multiplier'
"""The option, and the aggregate metadata key that overrides it."""


class PrivateFirstWeigher(weights.BaseHostWeigher):
    """Every private host comes before every EC2 host.

    Where EC2BurstFilter found the policy ``prefer`` it is the other way
    round.

    EC2 hosts are pushed down rather than private hosts lifted: a private
    host's own weight stays exactly what Nova's other weighers made it, and
    so does the order among private hosts.
    """

    # Fixed ends, so that Nova does not stretch the figures when all
    # candidates are of one kind.
    minval = private_first.PRIVATE
    maxval = private_first.EC2

    def __init__(self) -> None:
        options.register_opts(CONF)
        self._warn_if_too_weak()

    def weight_multiplier(self, host_state: Any) -> float:
        """The configured multiplier, negated: distance counts against."""
        multiplier: float = utils.get_weight_multiplier(
            host_state, MULTIPLIER,
            CONF.ec2_scheduler.private_first_weight_multiplier)
        return -multiplier

    def _weigh_object(self, obj: Any, weight_properties: Any) -> float:
        return private_first.distance(
            obj.hypervisor_type, orders.is_ec2_first(weight_properties))

    def _warn_if_too_weak(self) -> None:
        ours = CONF.ec2_scheduler.private_first_weight_multiplier
        others = [value for name, value in CONF.filter_scheduler.items()
                  if name.endswith('_weight_multiplier')]
        others.append(CONF.metrics.weight_multiplier)
        if ours and not private_first.outweighs(ours, others):
            LOG.warning(
                '[ec2_scheduler] %s is %g, and the other weighers add up to '
                '%g: private hosts will not always come first.',
                MULTIPLIER, ours, sum(abs(value) for value in others))
