# SPDX-License-Identifier: Apache-2.0
"""Service Quotas, for EC2's vCPUs.

ListServiceQuotas and GetServiceQuota, Service Quotas API Reference.
"""

import base64
from typing import Any

from moto.core.responses import ActionResult
from moto.servicequotas.responses import ServiceQuotasResponse

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.world import World
from nova_ec2.models import quota
from nova_ec2.models.market import SPOT

PAGE = 100
UNLIMITED = 1_000_000
"""What is shown of a quota that the emulator's settings do not limit."""

# A quota of EC2's that is none of vCPUs: Elastic IPs.
_ADDRESSES = 'L-0263D0A3'


class StrictServiceQuotas(ServiceQuotasResponse):
    """moto's table of Service Quotas with ours in place of some."""

    world: World

    def list_service_quotas(self) -> ActionResult:
        """ListServiceQuotas of one service, in pages."""
        self._check_service()
        size = int(self._get_param('MaxResults') or PAGE)
        if not 1 <= size <= PAGE:
            raise Refusal('IllegalArgumentException',
                          f'MaxResults must be 1 to {PAGE}.')
        begin = _read_token(self._get_param('NextToken') or '')
        found = list(self._quotas().values())
        page: dict[str, Any] = {'Quotas': found[begin:begin + size]}
        if begin + size < len(found):
            page['NextToken'] = base64.b64encode(
                str(begin + size).encode()).decode()
        return ActionResult(page)

    def get_service_quota(self) -> Any:
        """GetServiceQuota."""
        self._check_service()
        code = self._get_param('QuotaCode')
        found = self._quotas().get(code)
        if found is None:
            raise _no_such(f'quota {code}')
        return ActionResult({'Quota': found})

    def _check_service(self) -> None:
        code = self._get_param('ServiceCode')
        if code != 'ec2':
            raise _no_such(f'service {code}')

    def _quotas(self) -> dict[str, dict[str, Any]]:
        settings = self.world.settings
        shown = {_ADDRESSES: ('EC2-VPC Elastic IPs',
                              settings.addresses_limit)}
        for code, name in quota.NAMES.items():
            limit = (settings.spot_vcpu_limit if name.endswith(SPOT)
                     else settings.vcpu_limit)
            shown[code] = (name, limit or UNLIMITED)
        arn = (f'arn:aws:servicequotas:{self.region}:'
               f'{self.current_account}:ec2/')
        return {code: {
            'ServiceCode': 'ec2',
            'ServiceName': 'Amazon Elastic Compute Cloud (Amazon EC2)',
            'QuotaArn': arn + code, 'QuotaCode': code, 'QuotaName': name,
            'Value': float(value), 'Unit': 'None', 'Adjustable': True,
            'GlobalQuota': False} for code, (name, value) in shown.items()}


def _read_token(token: str) -> int:
    try:
        return int(base64.b64decode(token, validate=True)) if token else 0
    except ValueError:
        raise Refusal('InvalidPaginationTokenException',
                      'Invalid token was used.') from None


def _no_such(what: str) -> Refusal:
    return Refusal('NoSuchResourceException',
                   f'The request failed because the specified {what} does '
                   'not exist.')
