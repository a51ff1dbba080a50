# SPDX-License-Identifier: Apache-2.0
"""The control API under /_emulator/: JSON, for tests and demonstrations."""

import datetime
import json
import logging
import urllib.parse
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator import (
    guest_control,
    install,
    maintenance,
    seeds,
    truth,
    wire,
)
from nova_ec2.emulator import settings as knobs
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.request import Answer
from nova_ec2.emulator.world import World

LOG = logging.getLogger(__name__)
PREFIX = '/_emulator/'

_Handler = Callable[[dict[str, Any]], Any]


class ControlAPI:
    """A WSGI application, for callers on this machine only.

    Arguments are a JSON object in the body, or the query string.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._table: dict[tuple[str, str], _Handler] = {
            ('GET', 'health'): lambda args: {'ready': True},
            ('GET', 'images'): lambda args: seeds.images(),
            ('POST', 'reset'): self._reset,
            ('GET', 'settings'):
                lambda args: knobs.public(world.settings),
            ('POST', 'settings'): self._change,
            ('GET', 'faults'): lambda args: world.faults.rules(),
            ('POST', 'faults'):
                lambda args: {'number': world.faults.add(**args)},
            ('DELETE', 'faults'): lambda args: world.faults.remove(
                int(args.get('number', 0))),
            ('GET', 'calls'): lambda args: world.calls.since(
                int(args.get('since', 0)), args.get('action', '')),
            ('GET', 'counts'): lambda args: world.calls.counts(),
            ('DELETE', 'calls'): lambda args: world.calls.clear(),
            ('POST', 'advance'): self._advance,
            ('GET', 'instances'): self._instances,
            ('GET', 'resources'): self._resources,
            ('GET', 'bill'): self._bill,
            ('POST', 'act'): self._act,
            ('GET', 'disk'): self._disk,
            **guest_control.table(world),
            ('POST', 'schedule'): self._schedule,
            ('POST', 'settle'): self._settle,
            ('GET', 'roles'): lambda args: world.roles.all(),
            ('POST', 'roles'): lambda args: world.roles.add(**args),
            ('DELETE', 'roles'):
                lambda args: world.roles.remove(args['arn']),
            ('POST', 'interrupt'): self._interrupt,
        }

    def __call__(self, environ: dict[str, Any],
                 start_response: wire.StartResponse) -> list[bytes]:
        """Answer one request."""
        status, result = self._handle(environ)
        body = json.dumps(result, default=str).encode()
        return wire.send(Answer(status, body, 'application/json'), '-',
                         environ, start_response)

    def _handle(self, environ: dict[str, Any]) -> tuple[int, Any]:
        if environ.get('REMOTE_ADDR') != '127.0.0.1':
            return 403, {'error': 'only from 127.0.0.1'}
        name = environ['PATH_INFO'].removeprefix(PREFIX)
        handler = self._table.get((environ['REQUEST_METHOD'], name))
        if handler is None:
            return 404, {'error': f'no {environ["REQUEST_METHOD"]} {name}'}
        try:
            return 200, handler(_arguments(environ))
        except Refusal as refusal:
            return 400, {'error': str(refusal)}
        except (KeyError, TypeError, ValueError) as error:
            return 400, {'error': str(error)}
        except Exception as error:
            LOG.exception('control call %s failed', name)
            return 500, {'error': repr(error)}

    def _reset(self, args: dict[str, Any]) -> None:
        with self.world.lock:
            install.forget()
            self.world.renew()

    def _change(self, args: dict[str, Any]) -> Any:
        with self.world.lock:
            self.world.settings = knobs.changed(self.world.settings, args)
        return knobs.public(self.world.settings)

    def _advance(self, args: dict[str, Any]) -> Any:
        with self.world.lock:
            self.world.clock.advance(float(args['seconds']))
            self.world.timeline.settle()
        return {'now': self.world.clock.now()}

    def _instances(self, args: dict[str, Any]) -> Any:
        with self.world.lock:
            self.world.timeline.settle()
            return [truth.of_instance(one) for backend in install.backends()
                    for one in backend.instances.values()]

    def _resources(self, args: dict[str, Any]) -> Any:
        with self.world.lock:
            self.world.timeline.settle()
            return [truth.of_backend(one) for one in install.backends()]

    def _bill(self, args: dict[str, Any]) -> Any:
        with self.world.lock:
            self.world.timeline.settle()
            return self.world.bill.lines(self.world.clock.utc())

    def _disk(self, args: dict[str, Any]) -> Any:
        """What was written by EBS direct on the snapshot of a volume."""
        with self.world.lock:
            for backend in install.backends():
                if args['volume_id'] in backend.volumes:
                    return backend.written_on(args['volume_id'])
        raise ValueError(f'no such volume: {args["volume_id"]}')

    def _act(self, args: dict[str, Any]) -> Any:
        """Something happens to an instance without anybody's call.

        ``verb`` is terminate, stop, start or reboot; ``code`` and
        ``message`` replace EC2's reason.
        """
        verb, instance_id = args['verb'], args['instance_id']
        if verb not in ('terminate', 'stop', 'start', 'reboot'):
            raise ValueError(f'no such verb: {verb}')
        with self.world.lock:
            self.world.timeline.settle()
            for backend in install.backends():
                if instance_id in backend.instances:
                    instance = backend.instances[instance_id]
                    getattr(backend, verb)(instance)
                    if args.get('code'):
                        instance.explain(
                            args['code'], f'{args["code"]}: '
                            f'{args.get("message", "")}', args['code'])
                    return truth.of_instance(instance)
        raise ValueError(f'no such instance: {instance_id}')


    def _schedule(self, args: dict[str, Any]) -> Any:
        """EC2 plans something for an instance (maintenance.schedule)."""
        clock = self.world.clock
        begin = clock.utc() + datetime.timedelta(
            seconds=float(args.get('seconds', 0)))
        with self.world.lock:
            return {'event_id': maintenance.schedule(
                self._find(args['instance_id']), args['code'],
                args.get('description', ''), begin,
                begin + datetime.timedelta(hours=2))}

    def _settle(self, args: dict[str, Any]) -> None:
        """What was planned is over (maintenance.settle)."""
        with self.world.lock:
            maintenance.settle(self._find(args['instance_id']),
                               args['event_id'], args['word'])

    def _interrupt(self, args: dict[str, Any]) -> Any:
        """EC2 takes a spot instance back (spots.Spots.interrupt)."""
        with self.world.lock:
            self.world.timeline.settle()
            instance = self._find(args['instance_id'])
            instance.ec2_backend.interrupt(
                instance, float(args.get('notice_seconds', 0)))
            self.world.timeline.settle()
            return truth.of_instance(instance)

    @staticmethod
    def _find(instance_id: str) -> Any:
        for backend in install.backends():
            if instance_id in backend.instances:
                return backend.instances[instance_id]
        raise ValueError(f'no such instance: {instance_id}')


def _arguments(environ: dict[str, Any]) -> dict[str, Any]:
    length = int(environ.get('CONTENT_LENGTH') or 0)
    if not length:
        return dict(urllib.parse.parse_qsl(environ.get('QUERY_STRING', '')))
    arguments = json.loads(environ['wsgi.input'].read(length))
    if not isinstance(arguments, dict):
        raise ValueError('the body must be a JSON object')
    return arguments
