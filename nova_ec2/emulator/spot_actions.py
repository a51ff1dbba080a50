# SPDX-License-Identifier: Apache-2.0
"""The actions on spot requests."""

from typing import Any

from moto.core.responses import ActionResult

from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only

_KNOWN = frozenset({'DryRun', 'Filters', 'MaxResults', 'NextToken',
                    'SpotInstanceRequestIds'})


class SpotActions(Actions):
    """Mixed into the table of actions."""

    def describe_spot_instance_requests(self) -> Any:
        """DescribeSpotInstanceRequests, by id or by filter and page."""
        only(self.params, _KNOWN, 'DescribeSpotInstanceRequests')
        self.error_on_dryrun()
        ids = self.params.get('SpotInstanceRequestIds') or []
        if ids and self.params.get('MaxResults') is not None:
            raise Refusal('InvalidParameterCombination',
                          'The parameter spotInstanceRequestIdsSet cannot be '
                          'used with the parameter maxResults')
        return ActionResult({
            'SpotInstanceRequests': self.ec2_backend.shown_requests(
                ids, self.params.get('Filters') or [])})

    def cancel_spot_instance_requests(self) -> Any:
        """CancelSpotInstanceRequests is not known here."""
        raise Refusal('UnsupportedOperation',
                      'This emulator ends spot requests with their '
                      'instances only.')

    def request_spot_instances(self) -> Any:
        """RequestSpotInstances is not known here."""
        raise Refusal('UnsupportedOperation',
                      'This emulator launches by RunInstances only.')
