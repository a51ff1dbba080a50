# SPDX-License-Identifier: Apache-2.0
"""A replacement of a root volume (DescribeReplaceRootVolumeTasks)."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class RootTask:
    """One replacement, of a running instance.

    :param state: ``pending``, ``in-progress``, ``failing``, ``succeeded``,
        ``failed`` (the original is still attached), ``failed-detached``
        (nothing is)
    """

    task_id: str
    instance_id: str
    state: str

    @property
    def is_over(self) -> bool:
        """Whether EC2 is done with it."""
        return self.state in ('succeeded', 'failed', 'failed-detached')
