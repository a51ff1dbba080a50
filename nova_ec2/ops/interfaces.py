# SPDX-License-Identifier: Apache-2.0
"""attach_interface and detach_interface: one interface comes or goes."""

import dataclasses
import hashlib
from typing import Any

from nova import exception as nova_exc
from nova.compute import vm_states
from oslo_concurrency import lockutils
from oslo_log import log as logging
from oslo_utils import excutils

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import needs, network
from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.models.launch import InterfaceRequest
from nova_ec2.models.server import Interface, Server
from nova_ec2.ops import errors, failures, port_profile
from nova_ec2.ops.context import living
from nova_ec2.ops.device_tags import DeviceTags
from nova_ec2.ops.loose_interfaces import LooseInterfaces
from nova_ec2.ops.port_places import PortPlaces
from nova_ec2.ops.ports import Ports
from nova_ec2.ops.states import States

LOG = logging.getLogger(__name__)

# Whether the call had an effect is to be read.
_UNSETTLED = (exc.OutcomeUnknown, exc.ServiceFault)


@dataclasses.dataclass(frozen=True)
class Interfaces:
    """Attaches and detaches interfaces of one host's servers."""

    states: States
    ports: Ports
    places: PortPlaces
    loose: LooseInterfaces
    tags: DeviceTags

    def check_room(self, instance: Any) -> None:
        """Refuse a further port before Nova makes one.

        Nova asks on which host to bind ports just before it makes them, for
        a build as for an interface that is to be attached; only here can a
        refusal reach the user in words of its own.

        :raises PortLimitExceeded: the type has no more interfaces; HTTP 403
        :raises InterfaceAttachFailed: the server's instance cannot be read
        """
        if instance.vm_state == vm_states.BUILDING:
            return
        try:
            self._free_index(
                living(self.states.site.locate(instance), instance))
        except exc.NetworkRefused as error:
            raise nova_exc.PortLimitExceeded(str(error)) from error
        except exc.NovaEC2Error as error:
            raise nova_exc.InterfaceAttachFailed(str(error)) from error

    def attach(self, context: Any, instance: Any, vif: Any) -> None:
        """Make an interface for a port and attach it (``attach_interface``).

        The server runs or is stopped. The interface has the port's address,
        the port gets the interface's MAC and is bound. Whatever fails takes
        the interface away again; Nova takes care of the port.
        """
        with (failures.told(context, instance, 'ec2_attach_interface',
                            self.states.site.host),
              errors.as_nova(instance), _turn(instance)):
            server = self.states.settled(instance)
            try:
                made = self._add(context, instance, vif, server)
            except Exception:
                with excutils.save_and_reraise_exception():
                    port_profile.clear([vif])
        LOG.info('Interface %s, address %s, attached for port %s',
                 made.interface_id, made.private_address, vif['id'],
                 instance=instance)

    def _add(self, context: Any, instance: Any, vif: Any,
             server: Server) -> NetworkInterface:
        index = self._free_index(server)
        self._check_addresses(server, vif)
        self.loose.clear(instance.uuid, vif['id'])
        made = self._in_groups(context, instance, vif, index)
        try:
            attached = self._attach(made, server, index)
            self.ports.join(instance, vif, attached)
            self.tags.refresh(context, instance, [
                *instance.get_network_info(), vif])
        except Exception:
            with excutils.save_and_reraise_exception():
                self.loose.undo(made.interface_id)
        return made

    def detach(self, context: Any, instance: Any, vif: Any) -> None:
        """Detach a port's interface and delete it (``detach_interface``).

        One that is gone already is success.

        :raises InvalidInput: EC2 cannot detach the first interface
        """
        with (failures.told(context, instance, 'ec2_detach_interface',
                            self.states.site.host),
              errors.as_nova(instance), _turn(instance)):
            server = self.states.settled(instance)
            for item in server.interfaces:
                if item.mac_address == vif['address']:
                    _check_secondary(item, vif)
                    self.loose.remove(item.interface_id)
            self.loose.clear(instance.uuid, vif['id'])
            port_profile.clear([vif])

    def _free_index(self, server: Server) -> int:
        """The lowest device index that is free.

        :raises NetworkRefused: the instance type has no more interfaces
        """
        kind = self._kind(server)
        count = len(server.interfaces)
        if kind is not None and count >= kind.interfaces_max:
            raise exc.NetworkRefused(
                f'the server has {count} network interfaces, and its '
                f'instance type {kind.name} can have at most '
                f'{kind.interfaces_max}; detach one, or resize the server to '
                f'a larger flavor')
        taken = {item.device_index for item in server.interfaces}
        return next(index for index in range(count + 1)
                    if index not in taken)

    def _kind(self, server: Server) -> InstanceType | None:
        return next((one for one in self.states.site.catalogue.types()
                     if one.name == server.instance_type), None)

    def _check_addresses(self, server: Server, vif: Any) -> None:
        """Refuse more addresses than the type gives an interface.

        :raises NetworkRefused: so many are the port's
        """
        kind = self._kind(server)
        lacking = needs.unmet(network.needs([vif]), kind) if kind else []
        if lacking:
            raise exc.NetworkRefused(
                f"the server's instance type {server.instance_type} does not "
                f'have {", ".join(map(str, lacking))}; resize the server to '
                f'a larger flavor')

    def _in_groups(self, context: Any, instance: Any, vif: Any,
                   index: int) -> NetworkInterface:
        """Once more where EC2 no longer had a group that was remembered."""
        try:
            return self._make(context, instance,
                              self._wanted(instance, vif, index))
        except exc.AWSError as error:
            if not self.places.groups.forget(error):
                raise
        return self._make(context, instance,
                          self._wanted(instance, vif, index))

    def _wanted(self, instance: Any, vif: Any,
                index: int) -> InterfaceRequest:
        wanted, = network.interfaces(
            [vif], self.places.settle_one(instance, vif))
        return dataclasses.replace(wanted, device_index=index)

    def _make(self, context: Any, instance: Any,
              wanted: InterfaceRequest) -> NetworkInterface:
        site = self.states.site
        tags = dict(tag_mapping.own_tags(instance, site.owner(instance)))
        tags[tag_keys.PORT] = wanted.port_id
        seed = '|'.join((site.cloud_id, instance.uuid, wanted.port_id,
                         context.request_id or ''))
        token = hashlib.blake2s(seed.encode()).hexdigest()
        try:
            return site.ec2.interfaces.create(wanted, token, tags)
        except _UNSETTLED:
            # Even the token gave no answer: if it was made, it goes.
            self.loose.clear(instance.uuid, wanted.port_id)
            raise

    def _attach(self, made: NetworkInterface, server: Server,
                index: int) -> Interface:
        api, reader = self.states.site.ec2.interfaces, self.loose.reader
        reader.wait(made.interface_id, _is_available, self.loose.timeout)
        try:
            api.attach(made.interface_id, server.instance_id, index)
        except _UNSETTLED:
            found = reader.fresh(made.interface_id)
            if found is None or found.instance_id != server.instance_id:
                raise
        seen = reader.wait(made.interface_id, _is_attached,
                           self.loose.timeout)
        assert seen is not None
        api.delete_on_termination(seen.interface_id, seen.attachment_id)
        return Interface(
            interface_id=seen.interface_id, mac_address=seen.mac_address,
            private_address=seen.private_address, subnet_id=seen.subnet_id,
            device_index=seen.device_index)


def _turn(instance: Any) -> Any:
    """One server's interfaces change one after the other.

    Nova's lock is of one port; two at once would take the same index.
    """
    return lockutils.lock(f'ec2-interfaces-{instance.uuid}')


def _check_secondary(item: Interface, vif: Any) -> None:
    if item.device_index == 0:
        raise exc.NetworkRefused(
            f'port {vif["id"]} is the first interface of the server '
            f'({item.interface_id}, device index 0), which EC2 cannot '
            f'detach; only interfaces attached later, or given after the '
            f'first at launch, can be')


def _is_available(seen: NetworkInterface | None) -> bool:
    # None: EC2 may not yet know it.
    return seen is not None and seen.status == 'available'


def _is_attached(seen: NetworkInterface | None) -> bool:
    return seen is not None and seen.attachment_status == 'attached'
