# SPDX-License-Identifier: Apache-2.0
"""Spot requests: which instances EC2 is about to take back."""

from typing import Any

from nova_ec2.aws import pacing
from nova_ec2.aws.call import Caller
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.spot import Interruption

# DescribeSpotInstanceRequests returns at most this many a page.
_PAGE = 1000

MARKED = ('marked-for-termination', 'marked-for-stop')


class Spots:
    """DescribeSpotInstanceRequests."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def marked(self, cloud_id: str) -> list[Interruption]:
        """The instances of a cloud that EC2 will end within two minutes.

        Mostly there is none, and the answer is short whatever runs.
        """
        filters = [{'Name': 'status-code', 'Values': list(MARKED)},
                   {'Name': f'tag:{tag_keys.CLOUD}', 'Values': [cloud_id]}]
        found: list[Interruption] = []
        more: dict[str, Any] = {}
        with pacing.priority(pacing.Priority.HOUSEKEEPING):
            while True:
                answer = self._call('describe_spot_instance_requests',
                                    Filters=filters, MaxResults=_PAGE,
                                    **more)
                found += [_interruption(raw) for raw
                          in answer.get('SpotInstanceRequests', ())]
                if not answer.get('NextToken'):
                    return found
                more = {'NextToken': answer['NextToken']}


def _interruption(raw: dict[str, Any]) -> Interruption:
    status = raw.get('Status', {})
    return Interruption(
        request_id=raw.get('SpotInstanceRequestId', ''),
        instance_id=raw.get('InstanceId', ''),
        status=status.get('Code', ''), message=status.get('Message', ''),
        since=status.get('UpdateTime'))
