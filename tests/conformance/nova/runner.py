# SPDX-License-Identifier: Apache-2.0
"""How Nova's tests are run."""

import contextlib
from collections.abc import Iterator

from tests.conformance.report import BUILD
from tests.conformance.workers import Workers


@contextlib.contextmanager
def ready(workers: int) -> Iterator[Workers]:
    """What runs the tests; they need nothing to be started before."""
    yield Workers(
        'tests.conformance.nova.suite', workers,
        {'OS_NOVA_DISABLE_EVENTLET_PATCHING': '1'}, BUILD / 'nova.log')
