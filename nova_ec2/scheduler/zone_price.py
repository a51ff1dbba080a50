# SPDX-License-Identifier: Apache-2.0
"""A server without a zone goes to the EC2 host where it is cheapest."""

from collections.abc import Iterable
from typing import Any

import nova.conf
from nova.scheduler import utils, weights

from nova_ec2.conf import scheduler as options
from nova_ec2.models import hypervisor, offer
from nova_ec2.policy import zone_price

CONF = nova.conf.CONF

MULTIPLIER = 'zone_price_weight_multiplier'
"""The option, and the aggregate metadata key that overrides it."""


class ZonePriceWeigher(weights.BaseHostWeigher):
    """EC2 hosts are weighed by what the flavor costs there now.

    One that had no capacity for the flavor lately comes last, private hosts
    cost nothing. The figures are each nova-compute's own and up to a minute
    old; a host that does not tell any is as one without room.
    """

    def __init__(self) -> None:
        options.register_opts(CONF)

    def weight_multiplier(self, host_state: Any) -> float:
        """The configured multiplier, negated: price counts against."""
        multiplier: float = utils.get_weight_multiplier(
            host_state, MULTIPLIER,
            CONF.ec2_scheduler.zone_price_weight_multiplier)
        return -multiplier

    def weigh_objects(self, weighed_obj_list: Iterable[Any],
                      weight_properties: Any) -> list[float]:
        """All at once: no room is farther than the dearest of them."""
        return zone_price.distances([
            _price(one.obj, weight_properties) for one in weighed_obj_list])

    def _weigh_object(self, obj: Any, weight_properties: Any) -> float:
        return zone_price.distances([_price(obj, weight_properties)])[0]


def _price(host: Any, spec: Any) -> float | None:
    if host.hypervisor_type != hypervisor.HYPERVISOR_TYPE:
        return 0.0
    offers = offer.unpack(str((host.stats or {}).get(offer.STATS) or ''))
    if offers is None:
        return None
    flavor = spec.flavor
    return zone_price.cheapest(
        offers, flavor.vcpus, flavor.memory_mb, flavor.extra_specs or {},
        _architecture(spec))


def _architecture(spec: Any) -> str:
    """What the image asks for, '' where it does not."""
    image = getattr(spec, 'image', None)
    if image is None or not image.obj_attr_is_set('properties'):
        return ''
    return str(image.properties.get('hw_architecture') or '')
