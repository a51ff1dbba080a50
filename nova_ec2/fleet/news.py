# SPDX-License-Identifier: Apache-2.0
"""Changes of state that the view sees, told to whoever listens."""

import dataclasses
from collections.abc import Callable

from nova_ec2.models.server import Server


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A server that is seen in another state than before.

    :param after: None where EC2 no longer knows the instance
    """

    uuid: str
    before: Server
    after: Server | None


class News:
    """Tells of changes."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Have changes of state told, whoever made them.

        :param listener: called while the view is locked: it must return at
            once and not ask the view anything
        """
        self._listeners.append(listener)

    def tell(self, uuid: str, before: Server | None,
             after: Server | None) -> None:
        """Tell of a server, if it was known and its state is another."""
        if before is None or after and after.state is before.state:
            return
        for listener in self._listeners:
            listener(Change(uuid, before, after))
