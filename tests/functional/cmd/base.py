# SPDX-License-Identifier: Apache-2.0
"""Run ``nova-ec2`` in this process, against an emulator."""

import csv
import io
import json
import logging
import pathlib
import tempfile
import unittest

from nova_ec2.cmd import main
from nova_ec2.emulator.client import Control
from nova_ec2.emulator.server import Emulator


class Ran:
    """What a command left behind."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def csv(self):
        return list(csv.DictReader(io.StringIO(self.out)))


def run(*words):
    """Run ``nova-ec2``; what it logs to the terminal is in ``err``."""
    out, err = io.StringIO(), io.StringIO()
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        code = main.App(stdout=out, stderr=err).run([*map(str, words)])
    except SystemExit as ended:
        code = ended.code
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
    return Ran(code, out.getvalue(), err.getvalue())


class TestCase(unittest.TestCase):
    """A nova.conf for the emulator, and a directory to write into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator().start()
        cls.addClassCleanup(cls.emulator.stop)
        cls.control = Control(cls.emulator.endpoint_url)

    def setUp(self):
        super().setUp()
        self.control.reset()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = pathlib.Path(directory.name)
        self.configure()

    def configure(self, **options):
        """Write nova.conf, with these options of [ec2] beside the usual."""
        boto = self.control.boto()
        options = {
            'cloud_id': 'test', 'region_name': 'us-east-1',
            'availability_zone': 'us-east-1a', 'api_share': '1',
            'endpoint_url': boto['endpoint_url'],
            'access_key_id': boto['aws_access_key_id'],
            'secret_access_key': boto['aws_secret_access_key'], **options}
        (self.place / 'nova.conf').write_text('[ec2]\n' + ''.join(
            f'{name} = {value}\n' for name, value in options.items()))

    def run_(self, *words):
        return run('--config-file', self.place / 'nova.conf', *words)

    def succeeds(self, *words):
        """What a command printed; it must end with 0."""
        ran = self.run_(*words)
        self.assertEqual(0, ran.code, ran.err)
        return ran

    def refused(self, *words):
        """The one line that a command failed with."""
        ran = self.run_(*words)
        self.assertEqual(1, ran.code, ran.out)
        self.assertEqual(1, ran.err.count('\n'), ran.err)
        self.assertNotIn('Traceback', ran.err)
        return ran.err
