# SPDX-License-Identifier: Apache-2.0
"""Nova's record of a move between hosts."""

from typing import Any

from nova import context as nova_context
from nova import objects


def migration_of(instance: Any) -> Any:
    """The migration that a server is in (:class:`nova.objects.Migration`).
    """
    return objects.Migration.get_by_id_and_instance(
        nova_context.get_admin_context(),
        instance.migration_context.migration_id, instance.uuid)
