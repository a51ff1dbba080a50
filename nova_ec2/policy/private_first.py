# SPDX-License-Identifier: Apache-2.0
"""Private hosts are filled before EC2 hosts."""

from collections.abc import Iterable

from nova_ec2.models import hypervisor

PRIVATE = 0.0
EC2 = 1.0


def distance(hypervisor_type: str | None, ec2_first: bool = False) -> float:
    """How far from home a host is: :data:`PRIVATE` or :data:`EC2`.

    :param hypervisor_type: what the host's driver reported, None before its
        first report; only our own driver reports ``ec2``
    :param ec2_first: the other way round: EC2 is home
    """
    on_ec2 = hypervisor_type == hypervisor.HYPERVISOR_TYPE
    return EC2 if on_ec2 != ec2_first else PRIVATE


def outweighs(multiplier: float, others: Iterable[float]) -> bool:
    """Whether a step of ``multiplier`` beats all other weighers together.

    Nova brings every weigher's figures to 0..1 before it multiplies, so two
    hosts differ by no more than the sum of the multipliers' sizes.
    """
    return multiplier > sum(abs(other) for other in others)
