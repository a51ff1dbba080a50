# SPDX-License-Identifier: Apache-2.0
"""Nova's helpers wait a few seconds, enough for a driver that does nothing.

An emulated EC2 takes a little longer, a busy machine much: they look more
often before they give up. What they look for stays theirs.
"""

import functools
import inspect
from typing import Any

from nova.tests.functional import integrated_helpers

_TIMES = 4
_HELPERS = ('_wait_for_server_parameter', '_wait_for_state_change',
            '_wait_for_migration_status', '_wait_for_service_parameter')


def install() -> None:
    """Let the helpers try more often, for this process."""
    mixin = integrated_helpers.InstanceHelperMixin
    for name in _HELPERS:
        setattr(mixin, name, _patient(getattr(mixin, name)))


def _patient(helper: Any) -> Any:
    signature = inspect.signature(helper)
    if 'max_retries' not in signature.parameters:
        return helper

    @functools.wraps(helper)
    def wait(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        bound.arguments['max_retries'] = max(
            signature.parameters['max_retries'].default * _TIMES,
            bound.arguments['max_retries'])
        return helper(*bound.args, **bound.kwargs)
    return wait
