# SPDX-License-Identifier: Apache-2.0
"""Which markets a server may be launched on, and in which order.

A flavor says so by ``ec2:market``, else ``[ec2] market`` does. What needs the
instance to be stopped for a moment cannot be had on spot: EC2 stops no
instance of a one-time spot request.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs
from nova_ec2.models.market import ON_DEMAND, SPOT

Rank = Callable[[str, str], Decimal | None]
"""USD an hour by instance type and market, None where it is not known."""

_SPEC = f'{extra_specs.SCOPE}market'


def wanted(flavor: Any, conf: Any) -> tuple[str, ...]:
    """The markets that a flavor or, without a word of it, an option allows.

    :param flavor: :class:`nova.objects.Flavor`
    :param conf: ConfigOpts with the ``[ec2]`` group
    :raises FlavorRefused: the extra spec is wrong
    """
    return extra_specs.wishes(flavor).market or tuple(
        dict.fromkeys(conf.ec2.market)) or (ON_DEMAND,)


def allowed(flavor: Any, conf: Any, *, hibernates: bool = False,
            from_volume: bool = False) -> tuple[str, ...]:
    """Those of them on which this server can run.

    :param hibernates: it is to be suspendable
    :param from_volume: its root is a volume of Cinder's
    :raises FlavorRefused: there is none
    """
    found = wanted(flavor, conf)
    obstacle = ('a server that can be suspended' if hibernates else
                'a server that boots from a volume' if from_volume else '')
    if not obstacle or SPOT not in found:
        return found
    if ON_DEMAND not in found:
        raise exceptions.FlavorRefused(
            f'{obstacle} cannot run on spot, for EC2 does not stop spot '
            f'instances, and flavor {flavor.name} allows nothing else '
            f'(extra spec {_SPEC}, [ec2] market)')
    return (ON_DEMAND,)


def replacement(flavor: Any, conf: Any) -> str:
    """What takes the place of a spot instance of this flavor.

    :returns: one of :data:`nova_ec2.models.market.REPLACEMENTS`
    """
    return str(extra_specs.wishes(flavor).spot_replacement
               or conf.ec2.spot_replacement)


def check_change(flavor: Any, conf: Any, market: str) -> None:
    """Refuse a flavor that the market of a running server does not serve.

    :param market: the server's, which EC2 cannot change
    :raises FlavorRefused: names both
    """
    found = wanted(flavor, conf)
    if market not in found:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} wants {",".join(found)} (extra spec '
            f'{_SPEC}, [ec2] market), but the server runs on {market}, and '
            f'EC2 cannot change that')


def in_order(names: Iterable[tuple[str, str]],
             rank: Rank) -> Sequence[tuple[str, str]]:
    """Instance types and markets, the cheapest first.

    Those without a price come last; of equals the order stays.

    :param names: pairs of type and market
    """
    def key(pair: tuple[str, str]) -> tuple[bool, Decimal]:
        usd = rank(*pair)
        return usd is None, usd if usd is not None else Decimal(0)

    return sorted(names, key=key)
