# SPDX-License-Identifier: Apache-2.0
"""When something that was just made is no longer on its way."""

from collections.abc import Callable
from typing import Protocol


class Stated(Protocol):
    """An AMI, a snapshot or a volume."""

    @property
    def state(self) -> str:
        """EC2's word."""


def left(passing: str) -> Callable[[Stated | None], bool]:
    """Whether it has left a state, asked of each look at it in turn.

    EC2 shows new things to some of its readers late. So one that was not
    shown yet is on its way, and one that was shown and is not any more is
    gone.

    :param passing: ``pending`` or ``creating``
    """
    shown = False

    def has_left(seen: Stated | None) -> bool:
        nonlocal shown
        if seen is None:
            return shown
        shown = True
        return seen.state != passing
    return has_left
