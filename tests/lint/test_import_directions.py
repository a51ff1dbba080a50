# SPDX-License-Identifier: Apache-2.0
"""Imports run down the house, and each library has its room.

Read from the source, so that an import inside a function counts too.
"""

import ast
import pathlib
import unittest

PACKAGE = pathlib.Path(__file__).parents[2] / 'nova_ec2'

GROUND = {'models', 'conf', 'exceptions'}
MIDDLE = {'mapping', 'fleet', 'costs', 'policy'}

MAY_IMPORT = {
    # room: the rooms below it that it may import
    'exceptions': set(),
    'models': {'exceptions'},
    'conf': {'models', 'exceptions'},
    'aws': GROUND,
    'policy': GROUND,
    'costs': GROUND | {'aws'},
    'mapping': GROUND | {'costs', 'policy'},
    'fleet': GROUND | {'aws', 'costs', 'policy'},
    'metrics': GROUND | {'aws', 'fleet'},
    'accounts': GROUND | {'aws'},
    'ops': GROUND | MIDDLE | {'aws'},
    'wiring': GROUND | MIDDLE | {'accounts', 'aws', 'metrics', 'ops'},
    # Entry rooms: what a service loads.
    'driver': GROUND | MIDDLE | {'wiring', 'ops'},
    'scheduler': GROUND | {'policy'},
    'neutron': GROUND | {'accounts', 'policy', 'costs', 'fleet', 'aws'},
    'cinder': GROUND | {'accounts', 'policy', 'costs', 'fleet', 'aws'},
    'cmd': GROUND | MIDDLE | {'accounts', 'wiring', 'ops', 'driver', 'aws'},
    # Stands beside the house: an EC2, not a part of the driver.
    'emulator': {'models', 'exceptions'},
}

LIBRARY_ROOMS = {
    # library: the rooms that may import it
    'boto3': {'aws', 'emulator'},
    'botocore': {'aws', 'emulator'},
    'moto': {'emulator'},
    'prometheus_client': {'cmd', 'metrics'},
    'waitress': {'emulator'},
    'nova': {'driver', 'ops', 'mapping', 'scheduler', 'cmd'},
    'neutron': {'neutron'},
    'neutron_lib': {'neutron'},
    'cinder': {'cinder'},
    # For the operator's command line; a service is not to carry them.
    'cliff': {'cmd'},
    'matplotlib': {'cmd'},
    'openstack': {'cmd'},
    'rich': {'cmd'},
    # Native threads are Nova's way; nothing here knows another.
    'eventlet': set(),
    'greenlet': set(),
    'pkg_resources': set(),
    'six': set(),
}


def imports(source):
    """Every dotted name that a source imports, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                base = '.' * node.level + (node.module or '')
                yield f'{base}.{alias.name}', node.lineno


def complaints(room, source):
    """What a source file of a room imports that it may not."""
    for name, line in imports(source):
        top, _, rest = name.partition('.')
        if not top:
            yield f'line {line}: {name}: say where from, in full'
        elif top == 'nova_ec2':
            below = rest.partition('.')[0]
            if below != room and below not in MAY_IMPORT[room]:
                yield f'line {line}: {room} may not import {below}'
        elif room not in LIBRARY_ROOMS.get(top, {room}):
            yield f'line {line}: {room} may not import {top}'


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix('.py')


def sources():
    return [path for path in sorted(PACKAGE.rglob('*.py'))
            if path != PACKAGE / '__init__.py']


def reach(room):
    """All rooms that importing a room may bring along."""
    seen, todo = set(), [room]
    while todo:
        below = MAY_IMPORT[todo.pop()] - seen
        seen |= below
        todo.extend(below)
    return seen


class HouseTest(unittest.TestCase):

    def test_every_import_runs_down(self):
        found = [f'{path.relative_to(PACKAGE)}: {complaint}'
                 for path in sources()
                 for complaint in complaints(room_of(path), path.read_text())]
        self.assertEqual([], found)

    def test_every_room_has_its_rule(self):
        self.assertEqual(set(), {room_of(path) for path in sources()}
                         - set(MAY_IMPORT))

    def test_no_room_is_below_itself(self):
        for room in MAY_IMPORT:
            self.assertNotIn(room, reach(room))

    def test_neutron_and_cinder_reach_no_room_that_may_import_nova(self):
        for room in ('neutron', 'cinder'):
            self.assertEqual(set(), reach(room) & LIBRARY_ROOMS['nova'])

    def test_the_scheduler_reaches_no_room_that_may_import_boto(self):
        self.assertEqual(set(), reach('scheduler') & LIBRARY_ROOMS['boto3'])


class RuleTest(unittest.TestCase):
    """The rules bite."""

    def test_what_is_refused(self):
        for room, source in (
                ('ops', 'import boto3'),
                ('ops', 'from botocore import exceptions'),
                ('ops', 'def f():\n    import boto3.session'),
                ('aws', 'import nova.conf'),
                ('fleet', 'from nova import objects'),
                ('neutron', 'from nova import exception'),
                ('aws', 'from nova_ec2.ops import spawn'),
                ('aws', 'from nova_ec2 import fleet'),
                ('scheduler', 'import nova_ec2.aws.session'),
                ('models', 'from nova_ec2.conf import ec2'),
                ('ops', 'from . import errors'),
                ('cmd', 'import eventlet')):
            self.assertEqual(1, len(list(complaints(room, source))),
                             (room, source))

    def test_what_is_allowed(self):
        for room, source in (
                ('aws', 'import boto3'),
                ('ops', 'from nova import objects'),
                ('ops', 'from nova_ec2.ops import errors'),
                ('ops', 'from nova_ec2 import exceptions'),
                ('driver', 'from nova_ec2.wiring import compute'),
                ('neutron', 'from neutron_lib import constants'),
                ('mapping', 'import base64')):
            self.assertEqual([], list(complaints(room, source)),
                             (room, source))
