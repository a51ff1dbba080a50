# SPDX-License-Identifier: Apache-2.0
"""The actions on NAT gateways that are ours."""

from typing import Any

from moto.core.responses import ActionResult

from nova_ec2.emulator import filtering, tagging
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.nat_gateways import Nat

_CREATE = frozenset({'AllocationId', 'ClientToken', 'ConnectivityType',
                     'DryRun', 'PrivateIpAddress', 'SubnetId',
                     'TagSpecifications'})
_DESCRIBE = frozenset({'DryRun', 'Filter', 'MaxResults', 'NatGatewayIds',
                       'NextToken'})


class NatActions(Actions):
    """Mixed into the table of actions."""

    def create_nat_gateway(self) -> Any:
        """CreateNatGateway, once per client token; it is pending."""
        return self.world.tokens.once(self.call, self._create_nat)

    def _create_nat(self) -> ActionResult:
        only(self.params, _CREATE, 'CreateNatGateway')
        backend = self.ec2_backend
        kind = self._get_param('ConnectivityType', 'public')
        allocation_id = self._get_param('AllocationId')
        if kind not in ('public', 'private'):
            raise Refusal('InvalidParameterValue',
                          f'Value ({kind}) for parameter connectivityType '
                          'is invalid.')
        if (kind == 'public') != bool(allocation_id):
            raise Refusal(
                'MissingParameter' if kind == 'public'
                else 'InvalidParameterCombination',
                'A public NAT gateway needs an AllocationId, a private one '
                'takes none.')
        subnet = backend.get_subnet(self._get_param('SubnetId'))
        address = self._get_param('PrivateIpAddress')
        if address:
            backend.address_book(subnet).check(address)
        tags = tagging.specifications(
            self.params.get('TagSpecifications') or [], ('natgateway',))
        self.error_on_dryrun()
        made = backend.new_nat(subnet, allocation_id, address,
                               tags.get('natgateway', {}))
        token = self._get_param('ClientToken')
        return ActionResult({
            'NatGateway': {**_shown(backend, made), 'State': 'pending'},
            **({'ClientToken': token} if token else {})})

    def describe_nat_gateways(self) -> Any:
        """DescribeNatGateways, by id or filter."""
        only(self.params, _DESCRIBE, 'DescribeNatGateways')
        backend = self.ec2_backend
        ids = self._get_param('NatGatewayIds', [])
        found = ([backend.find_nat(one) for one in dict.fromkeys(ids)]
                 if ids else list(backend.nats.values()))
        self.error_on_dryrun()
        return ActionResult({'NatGateways': [
            _shown(backend, one) for one in filtering.matching(
                found, self.params.get('Filter'), FILTERS,
                lambda one: backend.tags_of(one.nat_id))]})

    def delete_nat_gateway(self) -> Any:
        """DeleteNatGateway."""
        only(self.params, frozenset({'DryRun', 'NatGatewayId'}),
             'DeleteNatGateway')
        one = self.ec2_backend.find_nat(self._get_param('NatGatewayId'))
        self.error_on_dryrun()
        self.ec2_backend.remove_nat(one)
        return ActionResult({'NatGatewayId': one.nat_id})


def _shown(backend: Any, one: Nat) -> dict[str, Any]:
    made = {
        'NatGatewayId': one.nat_id, 'SubnetId': one.subnet.id,
        'VpcId': one.subnet.vpc_id, 'State': one.state,
        'CreateTime': one.created,
        'ConnectivityType': 'public' if one.public else 'private',
        'NatGatewayAddresses': [one.addresses] if one.addresses else [],
        'Tags': tagging.listed(backend.tags_of(one.nat_id))}
    if one.state == 'failed' and one.failure:
        made['FailureCode'], made['FailureMessage'] = one.failure
    if one.deleted:
        made['DeleteTime'] = one.deleted
    return made


FILTERS: dict[str, filtering.Values] = {
    'nat-gateway-id': lambda one: [one.nat_id],
    'state': lambda one: [one.state],
    'subnet-id': lambda one: [one.subnet.id],
    'vpc-id': lambda one: [one.subnet.vpc_id],
}
"""What each filter of DescribeNatGateways looks at."""
