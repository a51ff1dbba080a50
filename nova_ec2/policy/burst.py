# SPDX-License-Identifier: Apache-2.0
"""Whether a server may, shall or must not run on EC2.

A policy is one word, for instance ``spill`` or ``above:80%``. It comes from
five places; the most specific wins, but no hint of a user loosens a ``never``
and a ``never`` of flavor, image or project wins over everything.
"""

import dataclasses
import enum
import re

from nova_ec2.policy.room import Room

HINT = 'ec2_burst'
"""The scheduler hint, and the image property."""

FORMS = 'never, spill, prefer, only, above:80% or above:80%-75%'

_ABOVE = re.compile(r'above:([0-9]{1,3})%(?:-([0-9]{1,3})%)?')


class Kind(enum.StrEnum):
    """What a policy says, whatever its figures."""

    NEVER = 'never'
    SPILL = 'spill'
    ABOVE = 'above'
    PREFER = 'prefer'
    ONLY = 'only'


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """One policy.

    :param begins: per cent of private utilisation from which servers go to
        EC2; of ``above`` only
    :param ends: per cent below which they stay at home again; None takes the
        option's distance from ``begins``
    """

    kind: Kind
    begins: int = 0
    ends: int | None = None

    def __str__(self) -> str:
        if self.kind is not Kind.ABOVE:
            return str(self.kind)
        ends = '' if self.ends is None else f'-{self.ends}%'
        return f'above:{self.begins}%{ends}'

    def lower(self, margin: int) -> int:
        """Per cent below which bursting ends.

        :param margin: points below ``begins`` where the policy names none
        """
        return max(self.begins - margin, 0) if self.ends is None else self.ends


NEVER = Policy(Kind.NEVER)
SPILL = Policy(Kind.SPILL)


def parse(text: str) -> Policy:
    """Read a policy.

    :raises ValueError: says what is wrong and what there is
    """
    word = text.strip()
    if word in set(Kind) - {Kind.ABOVE}:
        return Policy(Kind(word))
    match = _ABOVE.fullmatch(word)
    if match is None:
        raise ValueError(f'{text!r} is no policy; there are {FORMS}')
    begins = int(match[1])
    ends = int(match[2]) if match[2] else None
    if not 1 <= begins <= 100:
        raise ValueError(f'{word}: the threshold must be 1% to 100%')
    if ends is not None and ends >= begins:
        raise ValueError(f'{word}: the second figure, where bursting ends, '
                         f'must be below the first')
    return Policy(Kind.ABOVE, begins, ends)


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """What each place says, None where it says nothing."""

    default: Policy
    project: Policy | None = None
    image: Policy | None = None
    flavor: Policy | None = None
    hint: Policy | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Ruling:
    """The policy of a request.

    :param source: who said so: ``hint``, ``flavor``, ``image``, ``project``
        or ``default``
    """

    policy: Policy
    source: str


def rule(sources: Sources) -> Ruling:
    """The policy that holds for a server."""
    places = ('flavor', 'image', 'project', 'default')
    said = [Ruling(policy, place) for place in places
            if (policy := getattr(sources, place)) is not None]
    for ruling in said:
        if ruling.policy == NEVER and ruling.source != 'default':
            return ruling
    if said[0].policy == NEVER or sources.hint is None:
        return said[0]
    return Ruling(sources.hint, 'hint')


def bursts(policy: Policy, room: Room, margin: int, before: bool) -> bool:
    """Whether new servers go to EC2 under an ``above`` policy.

    :param room: of all private hosts, with what is on its way to them
    :param margin: see :meth:`Policy.lower`
    :param before: whether they went there until now
    """
    return room.reaches(policy.lower(margin) if before else policy.begins)
