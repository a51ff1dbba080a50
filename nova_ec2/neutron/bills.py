# SPDX-License-Identifier: Apache-2.0
"""What Elastic IP addresses cost, where nobody wrote it down in time."""

from collections.abc import Iterable

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.costs.spans import Kind
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.address import ElasticAddress
from nova_ec2.neutron.site import Site

LOG = logging.getLogger(__name__)


def compare(site: Site, listed: Iterable[ElasticAddress]) -> None:
    """Make the ledger agree with EC2 about the addresses of floating IPs.

    :param listed: all addresses of this cloud in the site's account
    """
    upkeep = site.upkeep
    if upkeep.ledger is None:
        return
    try:
        present = {one.allocation_id: (upkeep.address(
            project_id=one.tags.get(tag_keys.PROJECT, ''),
            resource_id=one.allocation_id), None)
            for one in listed if site.ours(one.tags)
            and tag_keys.FLOATING_IP in one.tags}
    except exc.PriceUnknown as error:
        LOG.warning('The costs of addresses are not looked at: %s', error)
        return
    upkeep.reconcile(Kind.ADDRESS, present)
