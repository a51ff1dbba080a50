# SPDX-License-Identifier: Apache-2.0
"""What CloudWatch has measured, as the control API says."""

import dataclasses
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric; ``seconds`` on the emulator's clock."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    seconds: float
    value: float


class Metrics:
    """All points of an emulator."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def add(self, now: float, namespace: str, metric: str,
            dimensions: dict[str, str],
            values: Iterable[tuple[float, float]]) -> None:
        """Add values, each with how many seconds ago it was measured."""
        for ago, value in values:
            self.points.append(Point(
                namespace, metric, tuple(sorted(dimensions.items())),
                now - float(ago), float(value)))
