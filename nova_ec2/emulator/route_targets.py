# SPDX-License-Identifier: Apache-2.0
"""What a route leads to: it must be there, and in the same network.

CreateRoute and DescribeRouteTables, Amazon EC2 API Reference.
"""

import ipaddress
from typing import Any

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.route_tables import Network, Table, Target

KINDS = ('EgressOnlyInternetGatewayId', 'GatewayId', 'InstanceId',
         'NatGatewayId', 'NetworkInterfaceId')
"""Parameters of CreateRoute that name a target."""

_NAT64 = ipaddress.IPv6Network('64:ff9b::/96')


def read(backend: Any, table: Table, block: Network,
         params: dict[str, Any]) -> Target:
    """The one target that the parameters name; refuses any other."""
    named = [(kind, params[kind]) for kind in KINDS if params.get(kind)]
    if len(named) != 1:
        raise Refusal('InvalidParameterCombination',
                      'You must specify exactly one of the resources: '
                      f'{", ".join(KINDS)}')
    kind, resource_id = named[0]
    vpc_id = _CHECKS[kind](backend, resource_id, block)
    if vpc_id != table.vpc_id:
        raise Refusal('InvalidParameterValue',
                      f'route table {table.id} and {resource_id} belong to '
                      'different networks')
    if kind == 'InstanceId':
        eni = backend.get_instance(resource_id).nics[0]
        return Target('NetworkInterfaceId', eni.id)
    return Target(kind, resource_id)


def _gateway(backend: Any, gateway_id: str, block: Network) -> str:
    one = backend.internet_gateways.get(gateway_id)
    if one is None:
        raise Refusal('InvalidGatewayID.NotFound',
                      f"The gateway ID '{gateway_id}' does not exist")
    return one.vpc.id if one.vpc is not None else ''


def _egress_only(backend: Any, gateway_id: str, block: Network) -> str:
    one = backend.egress_only_internet_gateways.get(gateway_id)
    if one is None:
        raise Refusal('InvalidGatewayID.NotFound',
                      f"The gateway ID '{gateway_id}' does not exist")
    if block.version != 6:
        raise Refusal('InvalidParameterValue',
                      'An egress-only internet gateway is for IPv6 traffic '
                      'only.')
    return str(one.vpc_id)


def _nat(backend: Any, nat_id: str, block: Network) -> str:
    one = backend.find_nat(nat_id)
    if one.state not in ('pending', 'available'):
        raise Refusal('InvalidNatGatewayID.NotFound',
                      f"The natGateway ID '{nat_id}' does not exist")
    if block.version != 4 and block != _NAT64:
        raise Refusal('InvalidParameterValue',
                      'A NAT gateway is for IPv4 traffic only.')
    return str(one.subnet.vpc_id)


def _interface(backend: Any, eni_id: str, block: Network) -> str:
    return str(backend.get_network_interface(eni_id).subnet.vpc_id)


def _instance(backend: Any, instance_id: str, block: Network) -> str:
    instance = backend.get_instance(instance_id)
    if len(instance.nics) != 1:
        raise Refusal('InvalidInstanceID',
                      'There are multiple interfaces attached to instance '
                      f"'{instance_id}'. Please specify an interface ID for "
                      'the operation instead.')
    return str(instance.nics[0].subnet.vpc_id)


_CHECKS = {'EgressOnlyInternetGatewayId': _egress_only,
           'GatewayId': _gateway, 'InstanceId': _instance,
           'NatGatewayId': _nat, 'NetworkInterfaceId': _interface}


def is_there(backend: Any, table: Table, target: Target) -> bool:
    """Whether a route is active; else it is a blackhole."""
    an_id = target.resource_id
    if target.kind == 'GatewayId':
        one = backend.internet_gateways.get(an_id)
        return bool(one and one.vpc and one.vpc.id == table.vpc_id)
    if target.kind == 'NatGatewayId':
        nat = backend.nats.get(an_id)
        return bool(nat and nat.state in ('pending', 'available'))
    if target.kind == 'EgressOnlyInternetGatewayId':
        return an_id in backend.egress_only_internet_gateways
    eni = backend.enis.get(an_id)
    return bool(eni and eni.instance is not None)


def shown(backend: Any, table: Table, target: Target) -> dict[str, Any]:
    """The target of a route as it is listed."""
    made = {target.kind: target.resource_id}
    eni = (backend.enis.get(target.resource_id)
           if target.kind == 'NetworkInterfaceId' else None)
    if eni is not None and eni.instance is not None:
        made |= {'InstanceId': eni.instance.id,
                 'InstanceOwnerId': eni.owner_id}
    return made
