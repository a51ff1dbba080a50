# SPDX-License-Identifier: Apache-2.0
"""Termination and stop protection, and tokens of what is gone.

"Change instance termination protection", Amazon EC2 User Guide.
"""

from typing import Any

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance


def split(instances: list[StrictInstance]
          ) -> tuple[list[StrictInstance], Refusal | None]:
    """What TerminateInstances may take, and why not the rest.

    Instances in the same Availability Zone as a protected one are not
    terminated; those in other zones are, and the request fails all the same.
    """
    protected = [one for one in instances
                 if one.disable_api_termination and not one.is_over]
    if not protected:
        return instances, None
    zones = {one.availability_zone for one in protected}
    return ([one for one in instances if one.availability_zone not in zones],
            Refusal('OperationNotPermitted',
                    f"The instance '{protected[0].id}' may not be "
                    "terminated. Modify its 'disableApiTermination' "
                    'instance attribute and try again.'))


def check_stop(instance: StrictInstance) -> None:
    """Refuse to stop a protected instance."""
    if instance.disable_api_stop:
        raise Refusal('OperationNotPermitted',
                      f"The instance '{instance.id}' may not be stopped. "
                      "Modify its 'disableApiStop' instance attribute and "
                      'try again.')


def check_not_terminated(reservation: Any) -> None:
    """Refuse to repeat a launch whose instances are gone."""
    if not reservation.instances or any(
            one.is_over for one in reservation.instances):
        raise Refusal('IdempotentInstanceTerminated',
                      'The request to launch an instance uses the same '
                      'client token as a previous request for which the '
                      'instance has been terminated.')
