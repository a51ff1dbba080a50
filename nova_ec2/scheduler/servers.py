# SPDX-License-Identifier: Apache-2.0
"""The server that a request to nova-scheduler is for, where it exists."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects


@contextlib.contextmanager
def existing(spec: Any, attributes: Sequence[str] = ()
             ) -> Iterator[tuple[Any, Any]]:
    """A context of the server's cell and the server, None for a new one.

    Nova restricts every request for a server that exists to its cell, and no
    request for a new one, so builds cost no look into the database.

    :param attributes: what to read with it (``expected_attrs``)
    """
    target = spec.requested_destination \
        if 'requested_destination' in spec else None
    cell = target.cell if target and 'cell' in target else None
    if cell is None:
        yield None, None
        return
    with nova_context.target_cell(
            nova_context.get_admin_context(), cell) as context:
        try:
            server = objects.Instance.get_by_uuid(
                context, spec.instance_uuid,
                expected_attrs=list(attributes))
        except nova_exc.InstanceNotFound:
            server = None
        yield context, server
