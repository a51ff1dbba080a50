# SPDX-License-Identifier: Apache-2.0
"""quiesce and unquiesce: file systems rest while volumes are snapshot.

Linux: all file systems are flushed, and those that hold data only are frozen
(fsfreeze) until unquiesce, at most a minute. The one with the agent on it is
not frozen, for then nobody could thaw it. Windows: AWS's VSS components
freeze and thaw; VSS itself ends a freeze after ten seconds.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

from nova import exception as nova_exc

from nova_ec2 import exceptions as exc
from nova_ec2.ops import errors, guest_agent, guest_scripts
from nova_ec2.ops.guest_agent import GuestAgent

_VSS = 'AWSEC2-ManageVssIO'


@dataclasses.dataclass(frozen=True)
class Quiesce:
    """Freezes and thaws the guests of one host."""

    agent: GuestAgent

    def freeze(self, instance: Any) -> None:
        """Nova's ``quiesce``; again while frozen starts anew.

        :raises InstanceQuiesceNotSupported: no agent, or not its platform
        :raises InstanceQuiesceFailed: the guest could not, and is thawed
        """
        with _as_nova(instance):
            self._run(instance, guest_scripts.freeze(), 'Freeze')

    def thaw(self, instance: Any) -> None:
        """Nova's ``unquiesce``; a guest that is not frozen stays as it is.

        :raises InstanceQuiesceNotSupported, InstanceQuiesceFailed: as above
        """
        with _as_nova(instance):
            self._run(instance, guest_scripts.thaw(), 'Thaw')

    def _run(self, instance: Any, script: str, action: str) -> None:
        what = f'{action.lower()} the file systems'
        guest = self.agent.find(instance)
        if guest.platform == guest_agent.LINUX:
            self.agent.script(guest, script, what, repeatable=True)
        elif guest.platform == guest_agent.WINDOWS:
            self.agent.run(guest, _VSS, {'Action': [action]}, what)
        else:
            raise exc.AgentUnavailable(
                f'file systems of a guest of platform {guest.platform} '
                f'cannot be frozen')


@contextlib.contextmanager
def _as_nova(instance: Any) -> Iterator[None]:
    try:
        with errors.as_nova(instance):
            yield
    except (nova_exc.InstanceNotFound, nova_exc.VirtDriverNotReady):
        raise
    except nova_exc.InstanceAgentNotEnabled as error:
        raise nova_exc.InstanceQuiesceNotSupported(
            error.format_message()) from error
    except nova_exc.NovaException as error:
        raise nova_exc.InstanceQuiesceFailed(
            reason=error.format_message()) from error
