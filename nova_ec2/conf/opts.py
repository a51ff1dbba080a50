# SPDX-License-Identifier: Apache-2.0
"""What ``oslo-config-generator --namespace nova_ec2`` writes."""

from oslo_config import cfg

from nova_ec2.conf import cinder, costs, ec2, neutron, scheduler


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """All groups with their options (entry point ``oslo.config.opts``)."""
    return [(group.GROUP, group.OPTIONS)
            for group in (ec2, neutron, cinder, scheduler, costs)]
