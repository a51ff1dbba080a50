# SPDX-License-Identifier: Apache-2.0
"""A browser in front of the local cloud's Horizon."""

import contextlib
import unittest
from pathlib import Path

from localcloud import browser, cloud, lifecycle

PICTURES = cloud.ROOT / 'build' / 'horizon'


class HorizonTestCase(unittest.TestCase):
    """In front of the cloud that runs, or one for the class.

    A picture is kept of a failure.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not browser.installed():
            raise AssertionError(
                'these tests need the packages chromium and chromium-driver')
        running = lifecycle.running()
        if running is None:
            cls.cloud = lifecycle.up()
            cls.addClassCleanup(lifecycle.down)
        else:
            cls.cloud = running

    def setUp(self):
        super().setUp()
        self.page = browser.Browser(self.cloud)
        self.addCleanup(self.page.close)

    @contextlib.contextmanager
    def pictured(self, name: str):
        """Keep a picture of the page, whether the block fails or not."""
        try:
            yield
        finally:
            file: Path = PICTURES / f'{name}.png'
            file.parent.mkdir(parents=True, exist_ok=True)
            self.page.save(file)
