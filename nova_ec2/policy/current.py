# SPDX-License-Identifier: Apache-2.0
"""The policies that hold now: option and file, read anew when it changes."""

from typing import Any

from nova_ec2 import exceptions
from nova_ec2.conf.watched import WatchedFile
from nova_ec2.policy import burst, burst_file
from nova_ec2.policy.burst import Policy
from nova_ec2.policy.burst_file import Policies


class CurrentPolicies:
    """Follows ``[ec2_scheduler] policy_file`` without a restart.

    :param conf: has the group ``[ec2_scheduler]``
    :raises ConfigurationError: the file or the option has a mistake; names
        file, line and field
    """

    def __init__(self, conf: Any) -> None:
        try:
            self._default = burst.parse(conf.ec2_scheduler.default_policy)
        except ValueError as error:
            raise exceptions.ConfigurationError(
                str(error), '[ec2_scheduler] default_policy') from None
        path: str = conf.ec2_scheduler.policy_file or ''
        self._file = WatchedFile(
            path, lambda: burst_file.load(path) if path else Policies(),
            'policies')

    def default(self) -> Policy:
        """The file's default, else the option's."""
        return self._file.now().default or self._default

    def of_project(self, project_id: str) -> Policy | None:
        """A project's policy, None where the file names none."""
        return self._file.now().projects.get(project_id)
