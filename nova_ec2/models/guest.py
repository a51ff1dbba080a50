# SPDX-License-Identifier: Apache-2.0
"""What AWS Systems Manager and CloudWatch know of a guest."""

import dataclasses

# Statuses of a command that is not over (GetCommandInvocation).
_UNDER_WAY = frozenset({'Pending', 'InProgress', 'Delayed', 'Cancelling'})


@dataclasses.dataclass(frozen=True, slots=True)
class Agent:
    """A guest's SSM agent (DescribeInstanceInformation).

    :param platform: ``Linux``, ``Windows`` or ``MacOS``
    :param ping: ``Online``, ``ConnectionLost`` or ``Inactive``
    """

    platform: str
    ping: str


@dataclasses.dataclass(frozen=True, slots=True)
class CommandOutcome:
    """A command as it stands (GetCommandInvocation).

    :param state: ``Pending``, ``InProgress``, ``Success``, ``Failed``, ...
    :param code: the exit code, -1 while there is none
    :param stderr: the beginning of what it wrote there
    """

    state: str
    code: int = -1
    stderr: str = ''

    @property
    def is_over(self) -> bool:
        """Whether the state stays."""
        return self.state not in _UNDER_WAY


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric with one dimension.

    :param namespace: for instance ``AWS/EC2``
    :param dimension: its name, for instance ``InstanceId``
    """

    namespace: str
    name: str
    dimension: str
    value: str
