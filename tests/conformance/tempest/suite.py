# SPDX-License-Identifier: Apache-2.0
"""Tempest's compute tests, found by unittest's ``load_tests`` protocol.

TEMPEST_CONFIG_DIR and TEMPEST_CONFIG say where its configuration is.
"""

import unittest
from pathlib import Path

import tempest.api.compute


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite,
               _pattern: str | None) -> unittest.TestSuite:
    """Tempest's tests with their own ids."""
    here = Path(tempest.api.compute.__file__).parent
    return loader.discover(str(here), top_level_dir=str(here.parents[2]))
