# SPDX-License-Identifier: Apache-2.0
"""Tempest's tests of what EC2 serves, by unittest's ``load_tests``.

TEMPEST_CONFIG_DIR and TEMPEST_CONFIG say where its configuration is.
"""

import unittest
from pathlib import Path

import tempest.api

PARTS = ('compute', 'network', 'volume')


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite,
               _pattern: str | None) -> unittest.TestSuite:
    """Tempest's tests with their own ids."""
    here = Path(tempest.api.__file__).parent
    return unittest.TestSuite(
        loader.discover(str(here / part), top_level_dir=str(here.parents[1]))
        for part in PARTS)
