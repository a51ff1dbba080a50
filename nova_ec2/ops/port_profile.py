# SPDX-License-Identifier: Apache-2.0
"""What a port tells Neutron's side of its interface on EC2.

One key of ``binding:profile``, which only an administrator can write. It is
there from before the launch, so that Neutron makes the security groups, to
the moment when the port is no longer on EC2; Nova keeps it where a port
outlives its server, so it is taken away here.
"""

import contextlib
from collections.abc import Iterable
from typing import Any

from neutronclient.common import exceptions as neutron_exc
from oslo_log import log as logging

from nova_ec2.models import neutron_subnet as keys
from nova_ec2.models.network import Subnet
from nova_ec2.ops.neutron_subnets import client

LOG = logging.getLogger(__name__)


def launching(vif: Any, subnet: Subnet) -> dict[str, Any]:
    """The profile of a port whose interface is about to be made."""
    return _others(vif) | {keys.PROFILE: {
        keys.PROFILE_VPC: subnet.vpc_id,
        keys.PROFILE_SUBNET: subnet.subnet_id,
        keys.PROFILE_ZONE: subnet.zone}}


def launched(vif: Any, interface_id: str) -> dict[str, Any] | None:
    """The profile once the interface is there; None where it has no key."""
    told = (vif.get('profile') or {}).get(keys.PROFILE)
    if told is None:
        return None
    return _others(vif) | {keys.PROFILE: {
        **told, keys.PROFILE_INTERFACE: interface_id}}


def clear(vifs: Iterable[Any]) -> None:
    """The ports are no longer on EC2.

    Neutron is asked: a process that died may have told it more than Nova
    knows. What it does not take is logged: no verb fails for it.
    """
    for vif in vifs:
        try:
            with contextlib.suppress(neutron_exc.PortNotFoundClient):
                _clear_one(vif)
        except Exception as error:
            LOG.warning('Neutron still holds port %s to be on EC2: %s',
                        vif['id'], error)


def _clear_one(vif: Any) -> None:
    port = client().show_port(vif['id'])['port']
    profile = port.get('binding:profile') or {}
    if keys.PROFILE in profile:
        others = _without(profile)
        client().update_port(vif['id'], {'port': {
            'binding:profile': others}})
        vif['profile'] = others


def _others(vif: Any) -> dict[str, Any]:
    return _without(vif.get('profile') or {})


def _without(profile: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in profile.items()
            if key != keys.PROFILE}
