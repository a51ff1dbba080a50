# SPDX-License-Identifier: Apache-2.0
"""What EC2 keeps for itself leaves the pools of mapped subnets."""

from typing import Any

from neutron_lib import exceptions as neutron_exc
from neutron_lib.plugins import directory
from oslo_log import log as logging

from nova_ec2.neutron import subnet_blocks
from nova_ec2.neutron.mapped import Mapped
from nova_ec2.neutron.site import Sites

LOG = logging.getLogger(__name__)


class MappedPools:
    """A step of the loop: the subnets are Neutron's, so it is done there."""

    def __init__(self, sites: Sites, mapped: Mapped) -> None:
        self._sites = sites
        self._mapped = mapped

    def step(self, context: Any) -> None:
        """Cut the pools of subnets that were mapped since the last round.

        :param context: of an administrator
        """
        found = self._mapped.all()
        if not found:
            return
        plugin = directory.get_plugin()
        for subnet in plugin.get_subnets(context,
                                         filters={'id': sorted(found)}):
            if self._mapped.peek(subnet['id'], subnet['cidr']) is None:
                continue
            pools = subnet_blocks.cut(subnet['cidr'],
                                      subnet['allocation_pools'])
            if pools == subnet['allocation_pools']:
                continue
            LOG.info('Subnet %s lies on EC2: its allocation pools lose the '
                     'addresses that EC2 keeps for itself', subnet['id'])
            try:
                plugin.update_subnet(context, subnet['id'], {
                    'subnet': {'allocation_pools': pools}})
            except neutron_exc.NeutronException as error:
                LOG.warning('The allocation pools of subnet %s were not '
                            'changed: %s', subnet['id'], error)
