# SPDX-License-Identifier: Apache-2.0
"""Who goes first where calls wait for their turn.

A priority is a number of seconds: a call is served as if it had come that
much later. So a build overtakes verbs and housekeeping that came before it,
but only those that came less than these seconds before: nobody can be
overtaken for ever, and housekeeping has its turn after at most the builds of
the next ``Priority.HOUSEKEEPING`` seconds. Within a priority, first come is
first served.
"""

import contextlib
import contextvars
import dataclasses
import enum
from collections.abc import Callable, Iterator


class Priority(float, enum.Enum):
    """Seconds by which a call stands back."""

    BUILD = 0.0
    """A server that somebody waits for."""

    VERB = 5.0
    """Everything else that a user asked for; the default."""

    HOUSEKEEPING = 20.0
    """Sweeps, catalogues, the removal of what is left over."""


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How the calls of the running thread or task wait.

    :param check: raises when the call is no longer wanted
    """

    priority: Priority = Priority.VERB
    check: Callable[[], None] | None = None


_DEFAULT = Standing()
_standing: contextvars.ContextVar[Standing] = contextvars.ContextVar(
    'nova_ec2_pacing', default=_DEFAULT)


def current() -> Standing:
    """The standing of the running thread."""
    return _standing.get()


@contextlib.contextmanager
def priority(wanted: Priority,
             check: Callable[[], None] | None = None) -> Iterator[None]:
    """Give all calls made within this priority.

    A new thread begins with the default.

    :param check: called several times a second while a call waits; what it
        raises ends the wait. Not for a call that is made for others too:
        they would all be ended. Without it none applies, nor that of an
        enclosing context.
    """
    token = _standing.set(Standing(wanted, check))
    try:
        yield
    finally:
        _standing.reset(token)
