# SPDX-License-Identifier: Apache-2.0
"""The way of a call: from the wire, past every strictness, to moto."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.utils import get_service_model

from nova_ec2.emulator import (
    control,
    credentials,
    errors,
    faults,
    install,
    pricing,
    request,
    wire,
)
from nova_ec2.emulator.request import Answer, Call
from nova_ec2.emulator.world import World

LOG = logging.getLogger(__name__)

_HTML = (b'<!doctype html>\n<html lang=en><title>500 Internal Server Error'
         b'</title>\n<h1>Internal Server Error</h1>\n<hr><p>Try again.')
# Services that sign by another name than botocore's.
_MODELS = {'monitoring': 'cloudwatch', 'servicequotas': 'service-quotas'}
_GARBAGE = b'<Response><Truncated'


class Application:
    """The WSGI application.

    :param world: the emulator's state
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._moto = install.install(world)
        self._control = control.ControlAPI(world)

    def __call__(self, environ: dict[str, Any],
                 start_response: wire.StartResponse) -> list[bytes]:
        """Answer one request."""
        if environ.get('PATH_INFO', '').startswith(control.PREFIX):
            return self._control(environ, start_response)
        call = request.parse(environ)
        world = self.world
        came, began = world.clock.now(), time.monotonic()
        try:
            answer = self._answer(call)
        except errors.Refusal as refusal:
            answer = refused(call, refusal)
        except Exception as error:
            answer = crashed(call, error)
        world.calls.add(call, answer, came, time.monotonic() - began)
        return wire.send(answer, call.request_id, environ, start_response)

    def _answer(self, call: Call) -> Answer:
        world = self.world
        if call.service not in install.SERVICES:
            raise errors.Refusal('UnrecognizedClientException',
                                 'This emulator does not serve '
                                 f'{call.service or "unsigned requests"}.')
        with world.lock:
            credentials.check(world, call)
        if call.service == 'ec2':
            self._throttle(call)
            rules = world.faults.take(call, lambda: self._zone(call))
        else:
            rules = world.faults.take(call, str)
        latency = world.settings.latency(call.action)
        time.sleep(latency + sum(rule.seconds for rule in rules
                                 if rule.effect == 'delay'))
        for rule in rules:
            if (spoiled := _instead(rule, call)) is not None:
                return spoiled
        answer = (pricing.answer(call) if call.service == 'pricing'
                  else self._serve(call, rules))
        for rule in rules:
            _afterwards(rule, answer)
        return answer

    def _throttle(self, call: Call) -> None:
        settings = self.world.settings
        if settings.throttling and not self.world.buckets.admit(
                call, settings.throttling_multiplier):
            raise errors.Refusal('RequestLimitExceeded',
                                 'Request limit exceeded.', 503)

    def _zone(self, call: Call) -> str:
        """The zone that a RunInstances asks for, however it does."""
        zone = call.params.get('Placement.AvailabilityZone', '')
        subnet = (call.params.get('SubnetId')
                  or call.params.get('NetworkInterface.1.SubnetId'))
        if subnet and not zone:
            with self.world.lock:
                backend = install.backend_of(call.account_id, call.region)
                zone = next((one.availability_zone
                             for one in backend.describe_subnets()
                             if one.id == subnet), '')
        return zone

    def _serve(self, call: Call, rules: list[faults.Rule]) -> Answer:
        world = self.world
        with world.lock:
            world.timeline.settle()
            call.omit = _omitted(call, rules)
            call.doom = next(((rule.code, rule.message) for rule in rules
                              if rule.effect == 'doom'), None)
            world.call = call
            try:
                answer = self._inner(call)
            finally:
                world.call = None
        if answer.status >= 500 and b'<!doctype html>' in (
                answer.body[:100].lower()):
            raise RuntimeError(f'moto crashed in {call.action}')
        return answer

    def _inner(self, call: Call) -> Answer:
        """Run moto's application on the call."""
        caught: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]],
                           exc_info: Any = None) -> Callable[..., None]:
            caught.update(status=int(status.split()[0]),
                          headers=dict(headers))
            return lambda data: None
        environ = call.environ
        environ['HTTP_X_MOTO_ACCOUNT_ID'] = call.account_id
        body = self._moto(environ, start_response)
        try:
            data = b''.join(body)
        finally:
            getattr(body, 'close', lambda: None)()
        data = data.replace(b'>request-id<',
                            b'>%s<' % call.request_id.encode())
        return Answer(caught['status'], data,
                      caught['headers'].get('Content-Type', 'text/xml'),
                      code=_code(caught['status'], data))


def refused(call: Call, refusal: errors.Refusal) -> Answer:
    """An error that our own rooms raised."""
    content_type = call.environ.get('CONTENT_TYPE', '')
    if 'json' in content_type or call.service == 'ebs':
        return Answer(refusal.status, errors.json_body(
            refusal.code, refusal.message, call.request_id),
            content_type if 'json' in content_type else 'application/json',
            code=refusal.code)
    write = errors.ec2_body if call.service in ('ec2', '') \
        else errors.query_body
    return Answer(refusal.status,
                  write(refusal.code, refusal.message, call.request_id),
                  code=refusal.code)


def crashed(call: Call, error: Exception) -> Answer:
    """EC2's words for what moto cannot do or stumbles over."""
    if isinstance(error, OperationNotFoundError) or not _exists(call):
        return refused(call, errors.Refusal(
            'InvalidAction', f'The action {call.action} is not valid for '
            'this web service.'))
    if isinstance(error, NotImplementedError):
        return refused(call, errors.Refusal(
            'UnknownOperation',
            f'This emulator cannot do {call.action} so: {error}'))
    LOG.error('%s failed inside the emulator', call.action, exc_info=error)
    return refused(call, errors.Refusal(
        'InternalError', f'An internal error has occurred: {error!r}', 500))


def _exists(call: Call) -> bool:
    service = _MODELS.get(call.service, call.service)
    names = get_service_model(service or 'ec2').operation_names
    return call.action in names


def _instead(rule: faults.Rule, call: Call) -> Answer | None:
    """The answer of a fault that keeps the call from having an effect."""
    if rule.effect == 'error':
        return refused(call, errors.Refusal(
            rule.code, rule.message, rule.status))
    if rule.effect == 'html':
        return Answer(rule.status, _HTML, 'text/html', code='html')
    if rule.effect == 'reset_before':
        return Answer(0, b'', wire='reset', code='reset')
    return None


def _afterwards(rule: faults.Rule, answer: Answer) -> None:
    """Spoil an answer after the call had its effect."""
    if rule.effect == 'reset_after':
        answer.wire = answer.code = 'reset'
    elif rule.effect == 'truncate':
        answer.wire = answer.code = 'truncate'
    elif rule.effect == 'garbage':
        answer.body, answer.code = _GARBAGE, 'garbage'


def _omitted(call: Call, rules: list[faults.Rule]) -> tuple[str, ...]:
    ids: list[str] = []
    for rule in rules:
        if rule.effect == 'omit':
            ids.extend(rule.ids)
            if rule.count and not rule.ids:
                backend = install.backend_of(call.account_id, call.region)
                ids.extend(list(backend.instances)[-rule.count:])
    return tuple(ids)


def _code(status: int, body: bytes) -> str:
    if status < 400:
        return ''
    if body.startswith(b'{'):
        return str(json.loads(body).get('__type', ''))
    return body.partition(b'<Code>')[2].partition(b'</Code>')[0].decode()
