# SPDX-License-Identifier: Apache-2.0
"""How Tempest's tests are run: against a cloud that is up for them."""

import contextlib
from collections.abc import Iterator

from tests.conformance.report import BUILD
from tests.conformance.tempest import cloud, configuration
from tests.conformance.workers import Workers


@contextlib.contextmanager
def ready(workers: int) -> Iterator[Workers]:
    """What runs the tests; the cloud ends with it."""
    with cloud.running() as here:
        conf = configuration.write(here)
        yield Workers(
            'tests.conformance.tempest.suite', workers,
            {'TEMPEST_CONFIG_DIR': str(conf.parent),
             'TEMPEST_CONFIG': conf.name}, BUILD / 'tempest.log')
