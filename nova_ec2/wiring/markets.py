# SPDX-License-Identifier: Apache-2.0
"""What one account's launches are measured by: its vCPU quotas."""

from nova_ec2.aws.api.quotas import Quotas
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.fleet.quotas import VcpuQuotas
from nova_ec2.ops.context import Site


def respect_quotas(site: Site, session: Session) -> None:
    """Have a site's launches look at the quotas of its account before.

    :param session: of that account
    """
    quotas = Quotas(Caller(session, 'service-quotas'))
    site.launcher.quotas = VcpuQuotas(
        quotas.vcpus, site.fleet.held, site.catalogue.known_vcpus)
