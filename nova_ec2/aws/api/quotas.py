# SPDX-License-Identifier: Apache-2.0
"""Service Quotas: how much of EC2 an account may have in a Region."""

from typing import Any

from nova_ec2.aws.call import Caller
from nova_ec2.models import quota

# ListServiceQuotas returns at most this many a page.
_PAGE = 100


class Quotas:
    """ListServiceQuotas, for vCPUs.

    :param caller: of the service ``service-quotas``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def vcpus(self) -> dict[str, int]:
        """The quotas of vCPUs, by the codes of :mod:`nova_ec2.models.quota`.

        :raises NotAuthorized: the credentials may not read them
        """
        found: dict[str, int] = {}
        more: dict[str, Any] = {}
        while True:
            answer = self._call('list_service_quotas', ServiceCode='ec2',
                                MaxResults=_PAGE, **more)
            found |= {one['QuotaCode']: int(one['Value'])
                      for one in answer.get('Quotas', ())
                      if one.get('QuotaCode') in quota.NAMES
                      and 'Value' in one}
            if not answer.get('NextToken'):
                return found
            more = {'NextToken': answer['NextToken']}
