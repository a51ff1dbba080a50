# SPDX-License-Identifier: Apache-2.0
"""Measuring inside real Nova: the cloud of the functional tests."""

import logging
import unittest
from collections.abc import Callable

from tests.benchmarks.figures import Figure
from tests.functional.nova import base

Measure = Callable[[base.NovaTestCase], list[Figure]]


def measure(what: Measure, *, start: bool = True) -> list[Figure]:
    """Start Nova's services in this process and measure.

    :param what: is given the running cloud
    :param start: whether its EC2 host is started
    :raises RuntimeError: something went wrong inside
    """
    # Nova's last words at its end, when no test catches them any more.
    logging.getLogger('nova.thread_pool_factory').setLevel(logging.WARNING)
    found: list[Figure] = []

    class Cloud(base.NovaTestCase):
        START = start

        def runTest(self):
            found.extend(what(self))

    result = unittest.TestResult()
    Cloud().run(result)
    for _, trace in result.errors + result.failures:
        raise RuntimeError(trace)
    if not result.testsRun or result.skipped:
        raise RuntimeError('nothing was measured')
    return found
