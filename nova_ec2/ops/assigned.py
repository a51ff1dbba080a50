# SPDX-License-Identifier: Apache-2.0
"""The account that a server was made in, noted where no tenant can edit it."""

from typing import Any

from nova.compute import vm_states

ACCOUNT = 'ec2_account'
"""Key of the server's system metadata."""

_NEW = (vm_states.BUILDING, vm_states.SHELVED_OFFLOADED)


def account_of(instance: Any) -> str:
    """The name of the account that a server was made in.

    :returns: '' where none is noted: it was made before there were several
    """
    return str(instance.system_metadata.get(ACCOUNT) or '')


def is_new(instance: Any) -> bool:
    """Whether a server has no instance yet, or none any more.

    One that was shelved and offloaded is made anew when it is unshelved.
    """
    return instance.vm_state in _NEW


def note(instance: Any, name: str) -> None:
    """Note the account before anything is made in it, and save that.

    So whatever the process dies at, its next start knows where to look.
    """
    if account_of(instance) != name:
        instance.system_metadata[ACCOUNT] = name
        instance.save()
