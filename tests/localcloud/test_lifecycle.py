# SPDX-License-Identifier: Apache-2.0

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from localcloud import cloud, lifecycle, process, state


class RunningTest(unittest.TestCase):
    """Which cloud the tests of Horizon may use."""

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.here = cloud.Cloud(home=Path(directory.name),
                                cache=Path(directory.name), port_base=21700)
        patched = mock.patch.object(lifecycle.cloud, 'load',
                                    return_value=self.here)
        patched.start()
        self.addCleanup(patched.stop)
        self.services = state.Table(self.here.home)

    def test_none_after_no_start(self):
        self.assertIsNone(lifecycle.running())

    def test_the_one_whose_services_all_live(self):
        self.services.add('nova-api', process.identify(os.getpid()))
        self.assertEqual(self.here, lifecycle.running())

    def test_none_where_a_service_died(self):
        self.services.add('nova-api', process.identify(os.getpid()))
        self.services.add('keystone', process.Process(os.getpid(), 0))
        self.assertIsNone(lifecycle.running())
