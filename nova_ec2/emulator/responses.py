# SPDX-License-Identifier: Apache-2.0
"""The actions of EC2 that are ours; all others are moto's."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses import EC2Response

from nova_ec2.emulator import (
    attributes,
    console,
    hibernation,
    launch,
    listing,
    maintenance,
    paging,
    protection,
    render,
    reservations,
    spec,
    spots,
    tagging,
)
from nova_ec2.emulator.actions import Actions
from nova_ec2.emulator.address_actions import AddressActions
from nova_ec2.emulator.elastic_actions import ElasticActions
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.gateway_actions import GatewayActions
from nova_ec2.emulator.group_actions import GroupActions
from nova_ec2.emulator.guest import GuestActions
from nova_ec2.emulator.image_actions import ImageActions
from nova_ec2.emulator.nat_actions import NatActions
from nova_ec2.emulator.network_actions import NetworkActions
from nova_ec2.emulator.root_actions import RootActions
from nova_ec2.emulator.route_actions import RouteActions
from nova_ec2.emulator.security_group_actions import SecurityGroupActions
from nova_ec2.emulator.spot_actions import SpotActions
from nova_ec2.emulator.subnet_actions import SubnetActions
from nova_ec2.emulator.vpc_actions import VpcActions


class StrictResponse(NetworkActions, AddressActions, ElasticActions,
                     SecurityGroupActions, VpcActions, SubnetActions,
                     RouteActions, GatewayActions, NatActions, ImageActions,
                     GroupActions, GuestActions, RootActions, SpotActions,
                     Actions):
    """moto's table of EC2 actions with ours in place of some."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER = {
        path: change for path, change
        in EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
        if not path.startswith(('RunInstances.', 'CreateVolumeResponse.'))}

    def serialized(self, action_result: ActionResult) -> Any:
        """moto's, in pages, with the HTTP status that a refusal asks for.
        """
        try:
            action_result = ActionResult(paging.cut(
                self._get_action(), action_result.result, self.params))
        except Refusal as refusal:
            action_result = ActionResult(refusal)
        status, headers, body = super().serialized(action_result)
        if isinstance(action_result.result, Refusal):
            status = action_result.result.status
        return status, headers, body

    def _xml(self, body: str) -> str:
        self.response_headers['Content-Type'] = 'text/xml;charset=UTF-8'
        return body

    def _ids(self) -> list[str]:
        ids: list[str] = self._get_param('InstanceIds', [])
        if not ids:
            raise Refusal('MissingParameter', 'The request must contain the '
                          'parameter InstanceId')
        return ids

    def run_instances(self) -> Any:
        """RunInstances, once per client token."""
        backend = self.ec2_backend

        def make() -> Any:
            wanted = spec.read(backend, self.params)
            self.error_on_dryrun()
            return launch.launch(backend, wanted)
        reservation = self.world.tokens.once(
            self.call, make, protection.check_not_terminated)
        return self._xml(render.run_instances(
            reservation, self.call.request_id))

    def describe_instances(self) -> Any:
        """DescribeInstances, by id or by filter and page."""
        self.error_on_dryrun()
        backend, params = self.ec2_backend, self.params
        ids = params.get('InstanceIds') or []
        if ids and params.get('MaxResults') is not None:
            raise Refusal('InvalidParameterCombination',
                          'The parameter instancesSet cannot be used with '
                          'the parameter maxResults')
        found = backend.find(ids) if ids else backend.all_instances()
        found = [one for one in found if one.id not in self.call.omit]
        matching = listing.matching(found, params.get('Filters') or [])
        settings = self.world.settings
        page, token = ((list(matching), '') if ids else listing.page(
            matching, params, settings.page_limit, settings.empty_pages))
        return self._xml(render.describe_instances(
            page, token, self.call.request_id))

    def describe_instance_status(self) -> Any:
        """DescribeInstanceStatus, with what is scheduled."""
        backend, params = self.ec2_backend, self.params
        ids = params.get('InstanceIds') or []
        found = backend.find(ids) if ids else backend.all_instances()
        return ActionResult({'InstanceStatuses': maintenance.statuses(
            found, params)})

    def terminate_instances(self) -> Any:
        """TerminateInstances: no unknown id, and no protected zone."""
        instances = self.ec2_backend.find(self._ids())
        self.error_on_dryrun()
        free, refusal = protection.split(instances)
        changes = [(one, self.ec2_backend.terminate(one)) for one in free]
        if refusal:
            raise refusal
        return _changes('TerminatingInstances', changes)

    def stop_instances(self) -> Any:
        """StopInstances: all or, where one may not, none."""
        instances = self.ec2_backend.find(self._ids())
        self.error_on_dryrun()
        for one in instances:
            protection.check_stop(one)
            spots.check_may_stop(one)
            self.ec2_backend.check_may_stop(one)
        if self._get_param('Hibernate'):
            for one in instances:
                hibernation.check_may_hibernate(one)
            return _changes('StoppingInstances', [
                (one, self.ec2_backend.hibernate(one)) for one in instances])
        return _changes('StoppingInstances', [
            (one, self.ec2_backend.stop(one)) for one in instances])

    def start_instances(self) -> Any:
        """StartInstances: all or, where one may not, none."""
        instances = self.ec2_backend.find(self._ids())
        self.error_on_dryrun()
        for one in instances:
            self.ec2_backend.check_may_start(one)
        return _changes('StartingInstances', [
            (one, self.ec2_backend.start(one)) for one in instances])

    def reboot_instances(self) -> Any:
        """RebootInstances: all or, where one may not, none."""
        instances = self.ec2_backend.find(self._ids())
        self.error_on_dryrun()
        for one in instances:
            self.ec2_backend.check_may_reboot(one)
        for one in instances:
            self.ec2_backend.reboot(one)
        return EmptyResult()

    def create_tags(self) -> Any:
        """CreateTags; the reserved prefix is nobody's to write."""
        tagging.check({tag['Key']: tag.get('Value') or ''
                       for tag in self._get_param('Tags', [])})
        return super().create_tags()

    def get_console_output(self) -> Any:
        """GetConsoleOutput."""
        instance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        world = self.world
        return ActionResult({
            'InstanceId': instance.id, 'Timestamp': world.clock.utc(),
            'Output': console.output(instance, world.clock.now()) or None})

    def create_image(self) -> Any:
        """CreateImage."""
        instance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        self.error_on_dryrun()
        image = self.ec2_backend.image_from(
            instance, self.params, self.call.doom)
        return ActionResult({'ImageId': image.id})

    def deregister_image(self) -> Any:
        """DeregisterImage, with its snapshots where that is asked."""
        image = self.ec2_backend.image(self._get_param('ImageId'))
        self.error_on_dryrun()
        self.ec2_backend.deregister_image(image.id)
        if self._get_param('DeleteAssociatedSnapshots'):
            for device in image.devices:
                self.ec2_backend.delete_snapshot(device.snapshot_id)
        return ActionResult({'Return': True})

    def create_volume(self) -> Any:
        """CreateVolume, once per client token."""
        def make() -> Any:
            self.ec2_backend.check_own_snapshot(
                self._get_param('SnapshotId'))
            result = moto_make()
            self.ec2_backend.new_volume(result.result)
            return result
        moto_make = super().create_volume
        return self._once(make)

    def modify_instance_attribute(self) -> Any:
        """ModifyInstanceAttribute."""
        instance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        self.error_on_dryrun()
        attributes.modify(self.ec2_backend, instance, self.params)
        return EmptyResult()

    def describe_instance_attribute(self) -> Any:
        """DescribeInstanceAttribute."""
        instance = self.ec2_backend.get_instance(
            self._get_param('InstanceId'))
        return ActionResult(attributes.describe(
            instance, self._get_param('Attribute')))

    def create_subnet_cidr_reservation(self) -> Any:
        """CreateSubnetCidrReservation of type explicit."""
        reservations.check(self.params)
        return super().create_subnet_cidr_reservation()

    def copy_image(self) -> Any:
        """CopyImage, once per client token."""
        return self._once(super().copy_image)

    def _once(self, make: Any) -> Any:
        return self.world.tokens.once(self.call, make)


def _changes(name: str, changes: list[Any]) -> ActionResult:
    return ActionResult({name: [
        {'InstanceId': instance.id, 'CurrentState': instance.instance_state,
         'PreviousState': before} for instance, before in changes]})
