# SPDX-License-Identifier: Apache-2.0
"""What EC2BurstFilter tells PrivateFirstWeigher of a request.

Nova hands both the same request object, and nothing from one to the other.
"""

import weakref
from typing import Any

_EC2_FIRST: 'weakref.WeakSet[Any]' = weakref.WeakSet()


def put_ec2_first(spec: Any) -> None:
    """EC2 hosts come before private ones for this request."""
    _EC2_FIRST.add(spec)


def is_ec2_first(spec: Any) -> bool:
    """Whether EC2 hosts come first; else private hosts do."""
    return spec in _EC2_FIRST
