# SPDX-License-Identifier: Apache-2.0
"""One-time spot requests, and how EC2 takes their instances back.

"Spot Instance requests", "Spot request status" and "Spot Instance
interruptions", Amazon EC2 User Guide; RunInstances and
DescribeSpotInstanceRequests, Amazon EC2 API Reference.
"""

import dataclasses
import datetime
import secrets
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator import filtering
from nova_ec2.emulator.errors import Refusal, only
from nova_ec2.emulator.instance import StrictInstance

_OPTIONS = frozenset({'MarketType', 'SpotOptions'})
_SPOT_OPTIONS = frozenset({'SpotInstanceType', 'InstanceInterruptionBehavior',
                           'MaxPrice'})

TERMINATED = 'Server.SpotInstanceTermination'
_MARKED = ('marked-for-termination',
           'Your Spot Instance is marked for termination.')
_NO_CAPACITY = ('instance-terminated-no-capacity',
                'Your Spot Instance was terminated: there is no capacity.')
_BY_USER = ('instance-terminated-by-user',
            'Your Spot Instance was terminated by the user.')
_FULFILLED = ('fulfilled', 'Your spot request is fulfilled.')


@dataclasses.dataclass(slots=True)
class Request:
    """A one-time request, fulfilled at once."""

    request_id: str
    instance: StrictInstance
    created: datetime.datetime
    status: tuple[str, str] = _FULFILLED
    updated: datetime.datetime | None = None
    interrupted: bool = False

    @property
    def shown_status(self) -> tuple[str, str]:
        """Code and message; the end of the instance is the request's."""
        if self.instance.is_over and not self.interrupted:
            return _BY_USER
        return self.status

    @property
    def state(self) -> str:
        """``active``, or ``closed`` once the instance ends."""
        return 'closed' if self.instance.is_over else 'active'


class Spots:
    """The part of the backend that keeps spot requests."""

    world: Any
    tags: Any
    spot_requests: dict[str, Request]
    terminate: Callable[[StrictInstance], Any]

    def request_spot(self, instance: StrictInstance,
                     tags: dict[str, str]) -> None:
        """The request that a launch on spot makes for each instance."""
        made = Request(f'sir-{secrets.token_hex(4)}', instance,
                       self.world.clock.utc())
        self.spot_requests[made.request_id] = made
        instance.spot_request_id = made.request_id
        if tags:
            self.tags[made.request_id].update(tags)

    def interrupt(self, instance: StrictInstance, seconds: float) -> None:
        """EC2 takes an instance back, with so much notice."""
        found = self.spot_requests.get(instance.spot_request_id)
        if found is None or instance.is_over:
            raise ValueError(f'{instance.id} is no spot instance that lives')
        found.status, found.interrupted = _MARKED, True
        found.updated = self.world.clock.utc()

        def end() -> None:
            if instance.is_over:
                return
            found.status = _NO_CAPACITY
            found.updated = self.world.clock.utc()
            self.terminate(instance)
            instance.explain(TERMINATED, f'{TERMINATED}: Spot instance '
                             'termination', TERMINATED)
        self.world.timeline.after(seconds, end)

    def shown_requests(self, ids: list[str],
                       filters: list[dict[str, Any]]) -> list[Any]:
        """What DescribeSpotInstanceRequests lists."""
        for request_id in ids:
            if request_id not in self.spot_requests:
                raise Refusal('InvalidSpotInstanceRequestID.NotFound',
                              f"The spot instance request ID '{request_id}' "
                              'does not exist')
        found = [self.spot_requests[one] for one in ids or self.spot_requests]
        return [self._shown(one) for one in filtering.matching(
            found, filters, _READERS,
            lambda one: self.tags.get(one.request_id, {}))]

    def _shown(self, one: Request) -> dict[str, Any]:
        code, message = one.shown_status
        instance = one.instance
        return {
            'SpotInstanceRequestId': one.request_id, 'State': one.state,
            'Status': {'Code': code, 'Message': message,
                       'UpdateTime': one.updated or one.created},
            'InstanceId': instance.id, 'Type': 'one-time',
            'InstanceInterruptionBehavior': 'terminate',
            'CreateTime': one.created, 'ProductDescription': 'Linux/UNIX',
            'LaunchedAvailabilityZone': instance.availability_zone,
            'LaunchSpecification': {
                'ImageId': instance.image_id,
                'InstanceType': instance.instance_type},
            'Tags': [{'Key': key, 'Value': value} for key, value
                     in self.tags.get(one.request_id, {}).items()]}


_READERS: dict[str, filtering.Values] = {
    'spot-instance-request-id': lambda one: [one.request_id],
    'instance-id': lambda one: [one.instance.id],
    'state': lambda one: [one.state],
    'status-code': lambda one: [one.shown_status[0]],
    'type': lambda one: ['one-time'],
    'launch.instance-type': lambda one: [one.instance.instance_type],
    'launched-availability-zone': lambda one: [
        one.instance.availability_zone]}
"""What each filter of DescribeSpotInstanceRequests looks at."""


def wanted(params: dict[str, Any], *, hibernation: bool) -> bool:
    """Whether a RunInstances asks for spot; refuses what this is not.

    Persistent requests, and ends other than termination, are not known here.
    """
    options = params.get('InstanceMarketOptions') or {}
    only(options, _OPTIONS, 'InstanceMarketOptions')
    kind = options.get('MarketType')
    if kind is None and options:
        raise Refusal('MissingParameter', 'The request must contain the '
                      'parameter MarketType')
    if kind not in (None, 'spot'):
        raise Refusal('InvalidParameterValue',
                      f'Value ({kind}) for parameter MarketType is invalid.')
    spot = options.get('SpotOptions') or {}
    only(spot, _SPOT_OPTIONS, 'SpotOptions')
    if spot.get('SpotInstanceType', 'one-time') != 'one-time':
        raise Refusal('UnsupportedOperation',
                      'This emulator knows one-time spot requests only.')
    end = spot.get('InstanceInterruptionBehavior', 'terminate')
    if end != 'terminate':
        raise Refusal('InvalidParameterCombination',
                      "The request with type 'one-time' is not supported "
                      'when instanceInterruptionBehavior is set to '
                      f"'{end}'.")
    if kind == 'spot' and hibernation:
        raise Refusal('InvalidParameterCombination',
                      'Hibernation is not supported for one-time spot '
                      'requests')
    return kind == 'spot'


def check_may_stop(instance: StrictInstance) -> None:
    """Refuse to stop the instance of a one-time request."""
    if instance.lifecycle == 'spot':
        raise Refusal(
            'UnsupportedOperation',
            f"You can't stop the Spot Instance '{instance.id}' because it is "
            'associated with a one-time Spot Instance request. You can only '
            'stop Spot Instances associated with persistent Spot Instance '
            'requests.')
