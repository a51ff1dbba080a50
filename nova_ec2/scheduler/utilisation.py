# SPDX-License-Identifier: Apache-2.0
"""How full the private hosts are, asked with nova-scheduler's own client."""

from collections.abc import Mapping
from typing import Any

from keystoneauth1 import exceptions as keystone_exc
from nova.scheduler.client import report

from nova_ec2.policy import private_cloud


class PlacementSilentError(Exception):
    """Placement did not answer, or with an error."""


def get(path: str) -> Mapping[str, Any]:
    """Ask Placement.

    :param path: with the query
    :raises PlacementSilentError: says what was asked
    """
    try:
        answer = report.report_client_singleton().get(
            path, version=private_cloud.VERSION)
    except keystone_exc.ClientException as error:
        raise PlacementSilentError(f'GET {path}: {error}') from error
    if not answer:
        raise PlacementSilentError(
            f'GET {path}: status {answer.status_code}')
    found: Mapping[str, Any] = answer.json()
    return found


def is_claimed(consumer: str) -> bool:
    """Whether Placement shows an allocation of a server.

    :raises PlacementSilentError: see :func:`get`
    """
    return bool(get(f'/allocations/{consumer}')['allocations'])
