# SPDX-License-Identifier: Apache-2.0
"""What a server needs its instance type to have, beside a size.

Every mapping that asks something of the type says so by a :class:`Need`;
:mod:`nova_ec2.mapping.flavor` chooses among the types that meet all of them.
"""

import dataclasses
from collections.abc import Callable, Iterable

from nova_ec2.models.instance_type import InstanceType


@dataclasses.dataclass(frozen=True, slots=True)
class Need:
    """Something that the type must have.

    :param asked: what asks for it, for messages: ``extra spec
        hw:mem_encryption``
    :param what: what the type must have, for messages: ``AMD SEV-SNP``
    :param met: whether a type has it
    """

    asked: str
    what: str
    met: Callable[[InstanceType], bool]

    def __str__(self) -> str:
        return f'{self.what} ({self.asked})'


def unmet(needs: Iterable[Need], kind: InstanceType) -> list[Need]:
    """The needs that a type does not meet."""
    return [need for need in needs if not need.met(kind)]
