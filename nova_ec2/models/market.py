# SPDX-License-Identifier: Apache-2.0
"""How an instance is bought: at a price that stays, or spare for less."""

ON_DEMAND = 'on-demand'
SPOT = 'spot'

MARKETS = (ON_DEMAND, SPOT)

NONE = 'none'
REPLACEMENTS = (NONE, SPOT, ON_DEMAND)
"""What takes the place of a spot instance that EC2 took back."""

TAKEN_BACK = ('Server.SpotInstanceTermination', 'Server.SpotInstanceShutdown')
"""StateReason codes of instances that EC2 took back."""


def parse(text: str) -> tuple[str, ...]:
    """The markets that a comma-separated list allows, in no order.

    :raises ValueError: one of them is none, or comes twice, or there is none
    """
    found = tuple(part.strip() for part in text.split(','))
    if not set(found) <= set(MARKETS) or len(set(found)) != len(found):
        raise ValueError(text)
    return found
