# SPDX-License-Identifier: Apache-2.0
"""Whether a server's volumes are encrypted, and with which key.

Asked for by the extra spec ``ec2:encrypted``, or in Nova's own words by
``hw:ephemeral_encryption`` of the flavor or ``hw_ephemeral_encryption`` of
the image. EBS encrypts outside the guest with keys of AWS KMS.
"""

import dataclasses
from typing import Any

from nova import exception as nova_exc
from nova.virt import hardware

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs
from nova_ec2.models.launch import Disk


def asked_for(flavor: Any, image_meta: Any) -> bool:
    """Whether flavor or image want encrypted volumes.

    :raises FlavorRefused: in another format than EBS has, or flavor and
        image contradict each other
    """
    try:
        wanted = hardware.get_ephemeral_encryption_constraint(
            flavor, image_meta)
        form = hardware.get_ephemeral_encryption_format(flavor, image_meta)
    except (nova_exc.Invalid, nova_exc.FlavorImageConflict) as error:
        raise exceptions.FlavorRefused(str(error)) from error
    if wanted and form:
        raise exceptions.FlavorRefused(
            f'encryption in format {form} is asked for, but EBS has a format '
            f'of its own; leave out hw:ephemeral_encryption_format and '
            f'hw_ephemeral_encryption_format')
    return bool(wanted or extra_specs.wishes(flavor).encrypted)


def apply(disks: tuple[Disk, ...], kms_key_id: str | None
          ) -> tuple[Disk, ...]:
    """The disks, encrypted.

    :param kms_key_id: ``[ec2] kms_key``; None or '' takes the account's
        default key
    """
    return tuple(dataclasses.replace(disk, encrypted=True,
                                     kms_key_id=kms_key_id or '')
                 for disk in disks)
