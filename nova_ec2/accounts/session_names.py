# SPDX-License-Identifier: Apache-2.0
"""Names of role sessions, which CloudTrail and billing show."""

import re
from collections.abc import Sequence

LONGEST = 64
_OTHERS = re.compile(r'[^A-Za-z0-9_+=,.@-]')


def session_name(cloud_id: str, projects: Sequence[str]) -> str:
    """Who acts in an account: its one project, or the cloud.

    STS takes 2 to 64 letters, digits and ``_+=,.@-``.

    :param projects: those that the account is mapped to
    """
    cloud = _clean(cloud_id)
    if len(projects) != 1:
        return f'nova-ec2@{cloud}'[:LONGEST]
    # The project comes whole; of the cloud what there is room for.
    return f'{_clean(projects[0])}@{cloud}'[:LONGEST]


def _clean(text: str) -> str:
    return _OTHERS.sub('-', text) or '-'
