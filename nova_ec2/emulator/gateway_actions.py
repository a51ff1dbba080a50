# SPDX-License-Identifier: Apache-2.0
"""The actions on internet gateways that are ours."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from nova_ec2.emulator import filtering, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import only

_DESCRIBE = frozenset({'DryRun', 'Filters', 'InternetGatewayIds',
                       'MaxResults', 'NextToken'})
_DESCRIBE_EGRESS = frozenset({'DryRun', 'EgressOnlyInternetGatewayIds',
                              'Filters', 'MaxResults', 'NextToken'})
_BOTH = frozenset({'DryRun', 'InternetGatewayId', 'VpcId'})


class GatewayActions(Actions):
    """Mixed into the table of actions."""

    def create_internet_gateway(self) -> Any:
        """CreateInternetGateway, with tags."""
        only(self.params, frozenset({'DryRun', 'TagSpecifications'}),
             'CreateInternetGateway')
        tags = self._tags('internet-gateway')
        self.error_on_dryrun()
        return ActionResult({'InternetGateway': _shown(
            self.ec2_backend.new_gateway(tags))})

    def describe_internet_gateways(self) -> Any:
        """DescribeInternetGateways, by id or filter."""
        only(self.params, _DESCRIBE, 'DescribeInternetGateways')
        backend = self.ec2_backend
        ids = self._get_param('InternetGatewayIds', [])
        found = ([backend.find_gateway(one) for one in dict.fromkeys(ids)]
                 if ids else list(backend.internet_gateways.values()))
        self.error_on_dryrun()
        return ActionResult({'InternetGateways': [
            _shown(one) for one in filtering.matching(
                found, self.params.get('Filters'), FILTERS,
                lambda one: backend.tags_of(one.id))]})

    def attach_internet_gateway(self) -> Any:
        """AttachInternetGateway."""
        self.ec2_backend.attach_gateway(*self._pair('AttachInternetGateway'))
        return EmptyResult()

    def detach_internet_gateway(self) -> Any:
        """DetachInternetGateway."""
        self.ec2_backend.detach_gateway(*self._pair('DetachInternetGateway'))
        return EmptyResult()

    def delete_internet_gateway(self) -> Any:
        """DeleteInternetGateway."""
        only(self.params, frozenset({'DryRun', 'InternetGatewayId'}),
             'DeleteInternetGateway')
        one = self.ec2_backend.find_gateway(
            self._get_param('InternetGatewayId'))
        self.error_on_dryrun()
        self.ec2_backend.remove_gateway(one)
        return EmptyResult()

    def create_egress_only_internet_gateway(self) -> Any:
        """CreateEgressOnlyInternetGateway, once per client token."""
        return self.world.tokens.once(self.call, self._create_egress_only)

    def _create_egress_only(self) -> ActionResult:
        only(self.params, frozenset({'ClientToken', 'DryRun',
                                     'TagSpecifications', 'VpcId'}),
             'CreateEgressOnlyInternetGateway')
        backend = self.ec2_backend
        vpc = backend.get_vpc(self._get_param('VpcId'))
        tags = self._tags('egress-only-internet-gateway')
        self.error_on_dryrun()
        return ActionResult({
            'EgressOnlyInternetGateway': _egress_only(
                backend.create_egress_only_internet_gateway(vpc.id, tags))})

    def describe_egress_only_internet_gateways(self) -> Any:
        """DescribeEgressOnlyInternetGateways, by id or tag."""
        only(self.params, _DESCRIBE_EGRESS,
             'DescribeEgressOnlyInternetGateways')
        backend = self.ec2_backend
        ids = self._get_param('EgressOnlyInternetGatewayIds', [])
        found = ([backend.find_egress_only(one)
                  for one in dict.fromkeys(ids)] if ids else
                 list(backend.egress_only_internet_gateways.values()))
        self.error_on_dryrun()
        return ActionResult({'EgressOnlyInternetGateways': [
            _egress_only(one) for one in filtering.matching(
                found, self.params.get('Filters'), {},
                lambda one: backend.tags_of(one.id))]})

    def delete_egress_only_internet_gateway(self) -> Any:
        """DeleteEgressOnlyInternetGateway."""
        only(self.params,
             frozenset({'DryRun', 'EgressOnlyInternetGatewayId'}),
             'DeleteEgressOnlyInternetGateway')
        one = self.ec2_backend.find_egress_only(
            self._get_param('EgressOnlyInternetGatewayId'))
        self.error_on_dryrun()
        self.ec2_backend.remove_egress_only(one)
        return ActionResult({'ReturnCode': True})

    def _tags(self, kind: str) -> dict[str, str]:
        return tagging.specifications(
            self.params.get('TagSpecifications') or [],
            (kind,)).get(kind, {})

    def _pair(self, action: str) -> tuple[Any, Any]:
        """The gateway and the VPC of a call."""
        only(self.params, _BOTH, action)
        one = self.ec2_backend.find_gateway(
            self._get_param('InternetGatewayId'))
        vpc = self.ec2_backend.get_vpc(self._get_param('VpcId'))
        self.error_on_dryrun()
        return one, vpc


def _shown(one: Any) -> dict[str, Any]:
    return {'InternetGatewayId': one.id, 'OwnerId': one.owner_id,
            'Attachments': [{'State': 'available', 'VpcId': one.vpc.id}]
            if one.vpc is not None else [],
            'Tags': tagging.listed(one.ec2_backend.tags_of(one.id))}


def _egress_only(one: Any) -> dict[str, Any]:
    return {'EgressOnlyInternetGatewayId': one.id,
            'Attachments': [{'State': 'attached', 'VpcId': one.vpc_id}],
            'Tags': tagging.listed(one.ec2_backend.tags_of(one.id))}


FILTERS: dict[str, filtering.Values] = {
    'internet-gateway-id': lambda one: [one.id],
    'owner-id': lambda one: [one.owner_id],
    'attachment.state': lambda one: ['available'] if one.vpc else [],
    'attachment.vpc-id': lambda one: [one.vpc.id] if one.vpc else [],
}
"""What each filter of DescribeInternetGateways looks at."""
