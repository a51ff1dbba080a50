# SPDX-License-Identifier: Apache-2.0
"""Which flavors there are to be, and what must be done to have them."""

import dataclasses
import uuid
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from nova_ec2.mapping import cpu_traits
from nova_ec2.models import extra_specs, traits
from nova_ec2.models.instance_type import InstanceType

MARK = 'nova-ec2:sync'
"""Extra spec of the flavors that are made here; holds their prefix."""

PRICE = 'nova-ec2:usd_per_hour'
"""Extra spec with the price alone, for programs."""

CREATE = 'create'
UPDATE = 'update'
REPLACE = 'replace'
KEEP = 'keep'
DELETE = 'delete'
DIFFERS = 'differs'
FOREIGN = 'not ours'

_IDS = uuid.UUID('6a3c3c0e-5d0f-4c39-8a62-4d0c5b0a7f1e')
_ARCHITECTURE = 'HW_ARCH_'
_MARKETS = {'on-demand': 'on demand', 'spot': 'as spot instance, now about'}


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for.

    :param prefix: of the flavors' names
    :param disk_gb: of the root disk
    :param market: ``on-demand`` or ``spot``
    :param burst: value of the extra spec ``ec2:burst``, '' for none
    :param priced_names: whether names tell the price
    """

    region: str
    prefix: str
    disk_gb: int
    market: str
    burst: str
    public: bool
    priced_names: bool = False

    def flavor_id(self, kind: InstanceType) -> str:
        """Always the same of a type: it tells ours without its mark."""
        return str(uuid.uuid5(_IDS, self.prefix + kind.name))

    def name(self, kind: InstanceType, usd: Decimal) -> str:
        """Of the flavor of a type."""
        price = f' ({usd:f} USD/h)' if self.priced_names else ''
        return f'{self.prefix}{kind.name}{price}'

    @property
    def mark(self) -> str:
        """Value of :data:`MARK`; an empty one Nova does not take."""
        return self.prefix or '-'


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """One flavor that is to be.

    :param usd: USD an hour
    """

    flavor_id: str
    name: str
    instance_type: str
    vcpus: int
    ram: int
    disk: int
    is_public: bool
    description: str
    extra_specs: Mapping[str, str]
    usd: Decimal

    def differs_from(self, flavor: Any) -> bool:
        """Whether it is another in what Nova never changes of a flavor."""
        return any(getattr(flavor, name) != getattr(self, name)
                   for name in ('vcpus', 'ram', 'disk', 'is_public'))

    def is_said_by(self, flavor: Any) -> bool:
        """Whether description and extra specs are as they should be."""
        return bool(flavor.description == self.description
                    and self.extra_specs.items()
                    <= flavor.extra_specs.items())


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What is done with one flavor.

    :param flavor: of openstacksdk, None where it is to be made
    :param wanted: None where it is to go
    """

    action: str
    flavor: Any
    wanted: Wanted | None


def wanted(wish: Wish, kind: InstanceType, usd: Decimal) -> Wanted:
    """The flavor of an instance type at a price of USD an hour."""
    specs = {
        f'{extra_specs.SCOPE}instance_type': kind.name,
        f'trait:{traits.EC2}': 'required',
        f'trait:{traits.of_region(wish.region)}': 'required',
        MARK: wish.mark, PRICE: f'{usd:f}',
        **{f'trait:{name}': 'required' for name in cpu_traits.of_type(kind)
           if name.startswith(_ARCHITECTURE)}}
    if wish.market != 'on-demand':
        specs[f'{extra_specs.SCOPE}market'] = wish.market
    if wish.burst:
        specs[f'{extra_specs.SCOPE}burst'] = wish.burst
    return Wanted(
        flavor_id=wish.flavor_id(kind), name=wish.name(kind, usd),
        instance_type=kind.name, vcpus=kind.vcpus,
        ram=kind.memory_mib, disk=wish.disk_gb, is_public=wish.public,
        description=_description(wish, kind, usd),
        extra_specs=specs, usd=usd)


def _description(wish: Wish, kind: InstanceType, usd: Decimal) -> str:
    gib = f'{Decimal(kind.memory_mib) / 1024:.4g}'
    return (f'{kind.name} on Amazon EC2: {kind.vcpus} vCPUs, {gib} GiB, '
            f'{" or ".join(sorted(kind.architectures))}. {usd:f} USD an hour '
            f'{_MARKETS[wish.market]} in {wish.region}, without disks and '
            f'addresses.')


def steps(flavors: Iterable[Any], wishes: Iterable[Wanted], mark: str,
          prune: bool) -> Iterator[Step]:
    """What must be done, in the order of what is wished, then what is to go.

    :param flavors: all that Nova has (openstacksdk), with extra specs
    :param mark: of the flavors that this prefix owns
    :param prune: delete those that are not wished any more
    """
    by_id = {flavor.id: flavor for flavor in flavors}
    by_name = {flavor.name: flavor for flavor in by_id.values()}
    kept = set()
    for one in wishes:
        flavor = by_id.get(one.flavor_id, by_name.get(one.name))
        if flavor is not None:
            kept.add(flavor.id)
        yield Step(_action(flavor, one, mark), flavor, one)
    for _, flavor in sorted(by_name.items()):
        if (prune and flavor.id not in kept
                and flavor.extra_specs.get(MARK) == mark):
            yield Step(DELETE, flavor, None)


def _action(flavor: Any, one: Wanted, mark: str) -> str:
    if flavor is None:
        return CREATE
    if one.flavor_id != flavor.id and flavor.extra_specs.get(MARK) != mark:
        return FOREIGN
    if one.differs_from(flavor):
        return DIFFERS
    if one.name != flavor.name:
        return REPLACE
    return KEEP if one.is_said_by(flavor) else UPDATE
