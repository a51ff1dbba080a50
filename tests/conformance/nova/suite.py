# SPDX-License-Identifier: Apache-2.0
"""The tests to run, found by unittest's ``load_tests`` protocol.

Importing it changes Nova's test fixtures for the whole process.
"""

import importlib
import unittest
from collections.abc import Iterator
from typing import Any

import testscenarios
import testtools

from tests.conformance.nova import harness

harness.install()

from tests.conformance.nova import classes, samples  # noqa: E402


def load_tests(loader: unittest.TestLoader, _standard: unittest.TestSuite,
               _pattern: str | None) -> unittest.TestSuite:
    """Nova's tests with their own ids."""
    return unittest.TestSuite(
        testscenarios.generate_scenarios(
            [*_functional(loader), *_samples(loader)]))


def _functional(loader: unittest.TestLoader) -> Iterator[Any]:
    for module, names in classes.CLASSES.items():
        full = f'{classes.FUNCTIONAL}.{module}'
        if names:
            yield loader.loadTestsFromNames(
                [f'{full}.{name}' for name in names])
        else:
            yield loader.loadTestsFromName(full)


def _samples(loader: unittest.TestLoader) -> Iterator[Any]:
    package = f'{classes.FUNCTIONAL}.{classes.SAMPLES}'
    directory = importlib.import_module(package).__path__[0]
    top = importlib.import_module('nova').__path__[0].removesuffix('/nova')
    for test in testtools.iterate_tests(
            loader.discover(directory, top_level_dir=top)):
        samples.one_scenario(type(test))
        yield test
