# SPDX-License-Identifier: Apache-2.0
"""What a zone offers and at what price, as its host tells nova-scheduler.

It travels in the ``stats`` of the compute node: columns as JSON, compressed,
some ten kilobytes for all types of a large Region.
"""

import base64
import binascii
import dataclasses
import functools
import json
import zlib
from collections.abc import Iterable
from typing import Any

STATS = 'ec2_offers'
"""The key in the compute node's ``stats``."""

_VERSION = 1

ORDINARY, ACCELERATED, BARE_METAL, BARE_ACCELERATED, MAC = range(5)
"""Kinds of type that are chosen only where they are asked for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """An instance type.

    :param kind: ``ORDINARY`` and so on
    :param architectures: of x86_64 and arm64
    :param current: of the current generation; others are never chosen
    :param prices: USD an hour by market; without those markets in which
        there was no capacity lately, and those without a price
    """

    name: str
    vcpus: int
    memory_mib: int
    kind: int
    architectures: tuple[str, ...]
    current: bool
    prices: tuple[tuple[str, float], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Offers:
    """What one host offers.

    :param markets: those of flavors that do not name any
    """

    markets: tuple[str, ...]
    offers: tuple[Offer, ...]


def pack(offers: Iterable[Offer], markets: Iterable[str]) -> str:
    """As text for ``stats``."""
    rows = [[one.name, one.vcpus, one.memory_mib, one.kind,
             list(one.architectures), int(one.current), dict(one.prices)]
            for one in offers]
    columns = [list(column) for column in zip(*rows, strict=True)]
    text = json.dumps([_VERSION, list(markets), columns],
                      separators=(',', ':'))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


@functools.lru_cache(maxsize=256)
def unpack(text: str) -> Offers | None:
    """The inverse of :func:`pack`; remembers, for it comes again and again.

    :returns: None for what another version of this package wrote
    """
    try:
        found: list[Any] = json.loads(zlib.decompress(
            base64.b64decode(text, validate=True)))
        version, markets, columns = found
        if version != _VERSION:
            return None
        return Offers(tuple(markets), tuple(
            Offer(name, vcpus, memory, kind, tuple(architectures),
                  bool(current), tuple(prices.items()))
            for name, vcpus, memory, kind, architectures, current, prices
            in zip(*columns, strict=True)))
    except (ValueError, TypeError, AttributeError, zlib.error,
            binascii.Error):
        return None
