# SPDX-License-Identifier: Apache-2.0
"""What this host offers and at what price, for nova-scheduler to compare."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import offer as kinds
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Candidate
from nova_ec2.models.market import MARKETS
from nova_ec2.models.offer import Offer
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

_ARCHITECTURES = ('x86_64', 'arm64')


@dataclasses.dataclass
class ZoneOffers:
    """One host's; made anew only where something of it has changed."""

    site: Site
    _lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    _made_of: tuple[Any, ...] = ()
    _packed: str = ''

    def stats(self) -> dict[str, str]:
        """What the compute node's ``stats`` get; nothing where EC2 does not
        say what it offers."""
        site = self.site
        try:
            types, prices = site.catalogue.types(), site.prices
        except exc.NovaEC2Error as error:
            LOG.warning('nova-scheduler is not told what this host offers: '
                        '%s', error)
            return {}
        without = frozenset(site.launcher.offerings.remembered())
        markets = tuple(dict.fromkeys(site.conf.ec2.market))
        made_of = (types, prices, without, markets)
        with self._lock:
            if not _same(made_of, self._made_of):
                self._packed = kinds.pack(
                    (self._offer(kind, without) for kind in types), markets)
                self._made_of = made_of
            return {kinds.STATS: self._packed}

    def _offer(self, kind: InstanceType,
               without: frozenset[Candidate]) -> Offer:
        return Offer(
            name=kind.name, vcpus=kind.vcpus, memory_mib=kind.memory_mib,
            kind=_kind(kind), current=kind.current_generation,
            architectures=tuple(one for one in _ARCHITECTURES
                                if one in kind.architectures),
            prices=tuple(self._prices(kind, without)))

    def _prices(self, kind: InstanceType, without: frozenset[Candidate]
                ) -> Iterator[tuple[str, float]]:
        for market in MARKETS:
            usd = self.site.prices.rank(self.site.ec2.region, kind.name,
                                        market)
            if usd is not None and Candidate(
                    kind.name, self.site.zone, market) not in without:
                yield market, float(usd)


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """The catalogue and the table are the same objects while they hold."""
    return (len(one) == len(other) and one[0] is other[0]
            and one[1] is other[1] and one[2:] == other[2:])


def _kind(kind: InstanceType) -> int:
    if kind.is_mac:
        return kinds.MAC
    if kind.bare_metal:
        return kinds.BARE_ACCELERATED if kind.accelerated else kinds.BARE_METAL
    return kinds.ACCELERATED if kind.accelerated else kinds.ORDINARY
