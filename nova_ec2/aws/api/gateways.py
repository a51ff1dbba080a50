# SPDX-License-Identifier: Apache-2.0
"""Internet and NAT gateways: every call we make of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.routing import InternetGateway, NatGateway


class InternetGateways:
    """Create, Attach, Detach, Delete and DescribeInternetGateways."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, tags: Mapping[str, str]) -> InternetGateway:
        """CreateInternetGateway; it is attached to nothing.

        EC2 knows no token for it, so it is not tried again by itself.

        :raises QuotaExceeded: the Region has no room for more
        :raises OutcomeUnknown: the reply was lost; the tags tell
        """
        answer = self._call(
            'create_internet_gateway', repeatable=False,
            TagSpecifications=pages.tagged('internet-gateway', tags))
        return _internet(answer['InternetGateway'])

    def attach(self, gateway_id: str, vpc_id: str) -> None:
        """AttachInternetGateway; a VPC has one at most.

        :raises AlreadyExists: it is attached, perhaps by this call itself,
            whose first reply was lost
        :raises InvalidRequest: the VPC has another
        """
        self._call('attach_internet_gateway',
                   InternetGatewayId=gateway_id, VpcId=vpc_id)

    def detach(self, gateway_id: str, vpc_id: str) -> None:
        """DetachInternetGateway.

        :raises IncorrectState: the VPC has public addresses
        :raises NotFound: it is not attached, or gone
        """
        self._call('detach_internet_gateway', InternetGatewayId=gateway_id,
                   VpcId=vpc_id)

    def delete(self, gateway_id: str) -> None:
        """DeleteInternetGateway.

        :raises NotFound: it is gone already
        :raises IncorrectState: it is attached
        """
        self._call('delete_internet_gateway', InternetGatewayId=gateway_id)

    def find(self, filters: Mapping[str, Sequence[str]]
             ) -> list[InternetGateway]:
        """Those that pass all filters (DescribeInternetGateways)."""
        return [_internet(raw) for raw in pages.pages(
            self._caller, 'describe_internet_gateways', 'InternetGateways',
            filters)]


class NatGateways:
    """Create, Delete and DescribeNatGateways."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, subnet_id: str, allocation_id: str, token: str,
               tags: Mapping[str, str]) -> NatGateway:
        """CreateNatGateway, once a token; it is available minutes later.

        :raises QuotaExceeded: the zone has no room for more
        """
        answer = self._call(
            'create_nat_gateway', SubnetId=subnet_id,
            AllocationId=allocation_id, ClientToken=token,
            TagSpecifications=pages.tagged('natgateway', tags))
        return _nat(answer['NatGateway'])

    def delete(self, gateway_id: str) -> None:
        """DeleteNatGateway; it is gone minutes later.

        :raises NotFound: it is gone already
        """
        self._call('delete_nat_gateway', NatGatewayId=gateway_id)

    def find(self, filters: Mapping[str, Sequence[str]]
             ) -> list[NatGateway]:
        """Those that pass all filters (DescribeNatGateways)."""
        return [_nat(raw) for raw in pages.pages(
            self._caller, 'describe_nat_gateways', 'NatGateways', filters,
            filters_as='Filter')]


def _internet(raw: Mapping[str, Any]) -> InternetGateway:
    attached = [one['VpcId'] for one in raw.get('Attachments', ())
                if one.get('State') in ('available', 'attached',
                                        'attaching')]
    return InternetGateway(
        gateway_id=raw['InternetGatewayId'],
        vpc_id=attached[0] if attached else '', tags=parsing.tags(raw))


def _nat(raw: Mapping[str, Any]) -> NatGateway:
    failure = ': '.join(filter(None, (raw.get('FailureCode'),
                                      raw.get('FailureMessage'))))
    return NatGateway(
        gateway_id=raw['NatGatewayId'], vpc_id=raw.get('VpcId', ''),
        subnet_id=raw.get('SubnetId', ''), state=raw.get('State', ''),
        failure=failure, tags=parsing.tags(raw))
