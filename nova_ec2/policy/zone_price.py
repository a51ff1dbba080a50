# SPDX-License-Identifier: Apache-2.0
"""What a flavor costs at least where a host stands. Pure functions.

The rules are those by which nova-compute chooses an instance type
(nova_ec2/mapping/flavor.py), as far as the scheduler can know: of the AMI it
knows the architecture at most.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oslo_utils import strutils

from nova_ec2.models import market as markets
from nova_ec2.models import offer as kinds
from nova_ec2.models.extra_specs import SCOPE
from nova_ec2.models.offer import Offer, Offers

_USUAL = 'x86_64'
# Nova's names of architectures, where EC2 has others.
_EC2S = {'aarch64': 'arm64'}


def cheapest(offers: Offers, vcpus: int, memory_mib: int,
             extra_specs: Mapping[str, Any], architecture: str = ''
             ) -> float | None:
    """USD an hour of the cheapest type that a flavor can have there now.

    :param extra_specs: the flavor's; what is wrong in them is passed over,
        for nova-compute refuses it and says why
    :param architecture: of the image, by Nova's or EC2's name, '' where it
        does not say
    :returns: None where there is no room for it, or no price
    """
    specs = {key.removeprefix(SCOPE): str(value).strip()
             for key, value in extra_specs.items() if key.startswith(SCOPE)}
    allowed = _markets(specs, offers)
    wanted = (specs.get('architecture') or _EC2S.get(
        architecture, architecture) or _USUAL)
    kind = _kind(specs)
    named = specs.get('instance_type')
    return min((usd for offer in offers.offers
                if (offer.name == named if named else
                    _serves(offer, vcpus, memory_mib, kind, wanted))
                for market, usd in offer.prices if market in allowed),
               default=None)


def distances(prices: Sequence[float | None]) -> list[float]:
    """Prices as distances from free; no room is farther than any price."""
    known = [usd for usd in prices if usd is not None]
    farthest = 2 * max(known, default=0.0) or 1.0
    return [farthest if usd is None else usd for usd in prices]


def _serves(offer: Offer, vcpus: int, memory_mib: int, kind: int,
            architecture: str) -> bool:
    return (offer.current and offer.kind == kind and offer.vcpus >= vcpus
            and offer.memory_mib >= memory_mib
            and (kind == kinds.MAC or architecture in offer.architectures))


def _kind(specs: Mapping[str, str]) -> int:
    def flag(key: str) -> bool:
        return bool(strutils.bool_from_string(specs.get(key, 'false')))

    if flag('mac'):
        return kinds.MAC
    if flag('bare_metal'):
        return (kinds.BARE_ACCELERATED if flag('accelerated')
                else kinds.BARE_METAL)
    return kinds.ACCELERATED if flag('accelerated') else kinds.ORDINARY


def _markets(specs: Mapping[str, str], offers: Offers) -> tuple[str, ...]:
    try:
        return markets.parse(specs['market'])
    except (KeyError, ValueError):
        return offers.markets
