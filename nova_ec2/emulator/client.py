# SPDX-License-Identifier: Apache-2.0
"""Steering an emulator over its control API."""

import base64
import http.client
import json
import urllib.parse
from collections.abc import Sequence
from typing import Any

from nova_ec2.emulator import settings as knobs
from nova_ec2.emulator.guest_control import GuestControl


class ControlError(Exception):
    """The emulator refused; the message says why."""


class Control(GuestControl):
    """One emulator.

    :param endpoint_url: as the emulator printed it
    """

    def __init__(self, endpoint_url: str, timeout: float = 60.0) -> None:
        parts = urllib.parse.urlsplit(endpoint_url)
        self.endpoint_url = endpoint_url
        self._host = parts.hostname or ''
        self._port = parts.port
        self._timeout = timeout

    def reset(self) -> None:
        """Forget instances, faults, calls, tokens and clock; settings stay.
        """
        self._ask('POST', 'reset')

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._ask('GET', 'health')['ready'])
        except (OSError, ControlError):
            return False

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change some settings (settings.Settings) and return all."""
        if not changes:
            return dict(self._ask('GET', 'settings'))
        return dict(self._ask('POST', 'settings', changes))

    def advance(self, seconds: float) -> float:
        """Move the emulator's clock forward; its time in seconds."""
        return float(self._ask('POST', 'advance', {'seconds': seconds})['now'])

    def fault(self, effect: str, action: str = '*', **rule: Any) -> int:
        """Add a fault (faults.Rule) and return its number."""
        rule |= {'effect': effect, 'action': action}
        return int(self._ask('POST', 'faults', rule)['number'])

    def no_capacity(self, instance_type: str = '*', zone: str = '*',
                    times: int = 0, status: int = 500) -> int:
        """Have RunInstances say InsufficientInstanceCapacity; the number.

        :param times: for so many calls, 0 until the fault is removed
        """
        return self.fault(
            'error', 'RunInstances', times=times, status=status,
            match={'InstanceType': instance_type, 'AvailabilityZone': zone},
            code='InsufficientInstanceCapacity',
            message='We currently do not have sufficient '
                    f'{instance_type} capacity in the Availability Zone you '
                    f'requested ({zone}).')

    def faults(self) -> list[dict[str, Any]]:
        """The faults in force."""
        return list(self._ask('GET', 'faults'))

    def clear_faults(self, number: int = 0) -> None:
        """Remove a fault, or all."""
        self._ask('DELETE', 'faults', {'number': number})

    def calls(self, since: int = 0, action: str = '') -> list[dict[str, Any]]:
        """The log (calls.Entry) after a number, of one action or of all."""
        return list(self._ask('GET', 'calls',
                              {'since': since, 'action': action}))

    def counts(self) -> dict[str, int]:
        """Calls by action since the last reset or clear."""
        return dict(self._ask('GET', 'counts'))

    def clear_calls(self) -> None:
        """Forget the log; numbers go on."""
        self._ask('DELETE', 'calls')

    def instances(self) -> list[dict[str, Any]]:
        """Every instance that is still listed (truth.of_instance)."""
        return list(self._ask('GET', 'instances'))

    def resources(self) -> list[dict[str, Any]]:
        """Everything else, by account and region (truth.of_backend)."""
        return list(self._ask('GET', 'resources'))

    def bill(self) -> list[dict[str, Any]]:
        """What AWS would charge for each run so far (bill.Bill.lines)."""
        return list(self._ask('GET', 'bill'))

    def disk(self, volume_id: str) -> bytes:
        """What was written on the snapshot that a volume was made from."""
        return base64.b64decode(self._ask('GET', 'disk',
                                          {'volume_id': volume_id}))

    def act(self, verb: str, instance_id: str, code: str = '',
            message: str = '') -> dict[str, Any]:
        """terminate, stop, start or reboot behind everybody's back."""
        return dict(self._ask('POST', 'act', {
            'verb': verb, 'instance_id': instance_id, 'code': code,
            'message': message}))

    def schedule(self, instance_id: str, code: str, description: str = '',
                 seconds: float = 0) -> str:
        """Have EC2 plan something for an instance; the event's id.

        :param seconds: from now to its beginning; it ends two hours later
        """
        return str(self._ask('POST', 'schedule', {
            'instance_id': instance_id, 'code': code,
            'description': description, 'seconds': seconds})['event_id'])

    def settle(self, instance_id: str, event_id: str,
               word: str = 'Completed') -> None:
        """What was planned is over: ``Completed`` or ``Canceled``."""
        self._ask('POST', 'settle', {
            'instance_id': instance_id, 'event_id': event_id, 'word': word})

    def interrupt(self, instance_id: str,
                  notice_seconds: float = 120.0) -> dict[str, Any]:
        """Have EC2 take a spot instance back, with so much notice.

        Until then its request is marked for termination; ``advance`` brings
        the end nearer.
        """
        return dict(self._ask('POST', 'interrupt', {
            'instance_id': instance_id, 'notice_seconds': notice_seconds}))

    def role(self, arn: str, external_id: str = '',
             trusted: Sequence[str] = (knobs.DEFAULT_ACCOUNT,),
             **more: Any) -> None:
        """Have a role that users of trusted accounts assume (roles.Role)."""
        self._ask('POST', 'roles', {
            'arn': arn, 'external_id': external_id,
            'trusted': list(trusted), **more})

    def remove_role(self, arn: str) -> None:
        """Delete a role; sessions that were begun go on."""
        self._ask('DELETE', 'roles', {'arn': arn})

    def images(self) -> dict[str, str]:
        """The AMIs that are there from the start, by key (seeds.py)."""
        return dict(self._ask('GET', 'images'))

    def boto(self, **overrides: Any) -> dict[str, Any]:
        """Arguments for boto3.client() that reach this emulator."""
        return {'endpoint_url': self.endpoint_url,
                'region_name': 'us-east-1',
                'aws_access_key_id': knobs.DEFAULT_ACCESS_KEY,
                'aws_secret_access_key': knobs.DEFAULT_SECRET_KEY,
                **overrides}

    def _ask(self, method: str, name: str,
             arguments: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(
            self._host, self._port, timeout=self._timeout)
        try:
            path = f'/_emulator/{name}'
            body = None
            if method == 'GET' and arguments:
                path += '?' + urllib.parse.urlencode(arguments)
            elif arguments is not None:
                body = json.dumps(arguments)
            connection.request(method, path, body)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(answer['error'])
        return answer
