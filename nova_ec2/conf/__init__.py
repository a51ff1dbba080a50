# SPDX-License-Identifier: Apache-2.0
"""Configuration options, one file a group.

Nothing here reads a configuration file: the process does (nova-compute,
neutron-server, the command line), and calls :func:`register_opts` on its own
``ConfigOpts``.
"""

from oslo_config import cfg

from nova_ec2.conf import costs, ec2, neutron, scheduler


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register every group of this package with ``conf``; safe to repeat."""
    for group in (ec2, neutron, scheduler, costs):
        group.register_opts(conf)
