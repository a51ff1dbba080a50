# SPDX-License-Identifier: Apache-2.0
"""What Neutron tells while it works, and what is done about it on EC2.

Before something is saved it is refused if EC2 would not take it; afterwards
EC2 is put right. What fails then is logged and done again by the loop.
"""

from collections.abc import Mapping
from typing import Any

from neutron_lib.callbacks import events, registry, resources

from nova_ec2.neutron import groups, members, places
from nova_ec2.neutron.errors import as_neutron, told
from nova_ec2.neutron.interfaces import Interfaces
from nova_ec2.neutron.site import Sites

_GROUPS = ('security_groups', 'port_security_enabled')
_ADDRESSES = ('fixed_ips', 'allowed_address_pairs')
_FOLLOWED = (*_GROUPS, *_ADDRESSES, 'binding:profile', 'binding:host_id')


class Followers:
    """Subscribes to ports, security groups and address groups."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self.groups = groups.Groups(sites)
        self.interfaces = Interfaces(sites, self.groups)

    def subscribe(self) -> None:
        """Called once, when Neutron has loaded the driver."""
        for method, resource, event in (
                (self.port_changes, resources.PORT, events.BEFORE_UPDATE),
                (self.port_changed, resources.PORT, events.AFTER_CREATE),
                (self.port_changed, resources.PORT, events.AFTER_UPDATE),
                (self.port_changed, resources.PORT, events.AFTER_DELETE),
                (self.rule_comes, resources.SECURITY_GROUP_RULE,
                 events.BEFORE_CREATE),
                (self.rule_came, resources.SECURITY_GROUP_RULE,
                 events.AFTER_CREATE),
                (self.rule_went, resources.SECURITY_GROUP_RULE,
                 events.AFTER_DELETE),
                (self.group_went, resources.SECURITY_GROUP,
                 events.AFTER_DELETE),
                (self.addresses_changed, resources.ADDRESS_GROUP,
                 events.AFTER_UPDATE)):
            registry.subscribe(method, resource, event)

    # Ports

    def port_changes(self, resource: str, event: str, trigger: Any,
                     payload: Any) -> None:
        """Have the groups of a port that comes to EC2, or is there."""
        old, changes = payload.states
        new = {**old, **changes}
        place = places.of_port(new)
        if place is None:
            return
        context = payload.context.elevated()
        names = groups.of_port(new)
        came = places.of_port(old) is None
        with as_neutron():
            if came or any(old.get(key) != new.get(key) for key in _GROUPS):
                self.groups.check(context, place.vpc_id, names)
                self.groups.ensure(context, place.vpc_id, names)
            if not came and any(old.get(key) != new.get(key)
                                for key in _ADDRESSES):
                self.interfaces.check(context, new)

    def port_changed(self, resource: str, event: str, trigger: Any,
                     payload: Any) -> None:
        """The interface follows, and the groups whose peer the port is."""
        old, new = _before_and_after(event, payload.states)
        changed = [key for key in _FOLLOWED
                   if (old or {}).get(key) != (new or {}).get(key)]
        if not changed:
            return
        context = payload.context.elevated()
        names = {name for port in (old, new) if port
                 for name in port.get('security_groups') or ()}
        with told(f'port {(new or old or {})["id"]}'):
            if old and new and places.of_port(new):
                self.interfaces.follow(context, new)
            self.groups.follow(context, members.naming(context, names))

    # Security groups

    def rule_comes(self, resource: str, event: str, trigger: Any,
                   payload: Any) -> None:
        """Refuse a rule that EC2 would not take, where it has the group."""
        rule = payload.latest_state
        context = payload.context.elevated()
        group_id = rule['security_group_id']
        with as_neutron():
            for vpc_id in members.vpcs(context, [group_id]):
                self.groups.check(context, vpc_id, [group_id], rule)

    def rule_came(self, resource: str, event: str, trigger: Any,
                  payload: Any) -> None:
        """Put the group right on EC2."""
        self._follow(payload, payload.latest_state['security_group_id'])

    def rule_went(self, resource: str, event: str, trigger: Any,
                  payload: Any) -> None:
        """Put the group right on EC2."""
        self._follow(payload, payload.metadata['security_group_id'])

    def group_went(self, resource: str, event: str, trigger: Any,
                   payload: Any) -> None:
        """Delete it on EC2."""
        with told(f'security group {payload.resource_id}'):
            self.groups.delete(payload.context.elevated(),
                               payload.resource_id)

    def addresses_changed(self, resource: str, event: str, trigger: Any,
                          payload: Any) -> None:
        """Put the groups right that name an address group."""
        context = payload.context.elevated()
        with told(f'address group {payload.resource_id}'):
            self.groups.follow(context, members.naming_addresses(
                context, payload.resource_id))

    def _follow(self, payload: Any, group_id: str) -> None:
        with told(f'security group {group_id}'):
            self.groups.follow(payload.context.elevated(), [group_id])


def _before_and_after(event: str, states: Any) -> tuple[
        Mapping[str, Any] | None, Mapping[str, Any] | None]:
    if event == events.AFTER_CREATE:
        return None, states[-1]
    if event == events.AFTER_DELETE:
        return states[-1], None
    return states[0], states[1]
