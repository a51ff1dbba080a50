# SPDX-License-Identifier: Apache-2.0
"""Firmware, Secure Boot, TPM and encrypted memory, as flavor and image ask.

EC2 has a launch parameter for the last only. Firmware, Secure Boot's keys and
NitroTPM belong to the AMI, so what Nova's extra specs and image properties
ask for is checked against the AMI, and becomes needs of the instance type.
"""

from collections.abc import Callable
from typing import Any

from nova import exception as nova_exc
from nova.objects import fields
from nova.virt import hardware

from nova_ec2 import exceptions
from nova_ec2.mapping import boot_mode
from nova_ec2.mapping.needs import Need
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType

_FIRMWARE = {fields.FirmwareType.UEFI: boot_mode.UEFI,
             fields.FirmwareType.BIOS: boot_mode.BIOS}


def needs(flavor: Any, image_meta: Any, image: Image) -> list[Need]:
    """What flavor and image ask of the instance type.

    :param flavor: :class:`nova.objects.Flavor`
    :param image_meta: :class:`nova.objects.ImageMeta`
    :param image: the AMI, as EC2 describes it
    :raises ImageRefused: the AMI does not have what is asked for
    :raises FlavorRefused: EC2 has nothing of the kind, or flavor and image
        contradict each other
    """
    try:
        return [*_firmware(image_meta, image),
                *_secure_boot(flavor, image_meta, image),
                *_tpm(flavor, image_meta, image),
                *_memory(flavor, image_meta, image)]
    except (nova_exc.Invalid, nova_exc.FlavorImageConflict) as error:
        raise exceptions.FlavorRefused(str(error)) from error


def encrypts_memory(flavor: Any, image_meta: Any) -> bool:
    """Whether the server is launched with AMD SEV-SNP.

    :raises FlavorRefused: another model of encryption is asked for
    """
    try:
        wanted = hardware.get_mem_encryption_constraint(flavor, image_meta)
    except (nova_exc.Invalid, nova_exc.FlavorImageConflict) as error:
        raise exceptions.FlavorRefused(str(error)) from error
    if wanted is None:
        return False
    if wanted.model != fields.MemEncryptionModel.AMD_SEV_SNP:
        raise exceptions.FlavorRefused(
            f'memory encryption by {wanted.model} is asked for, but EC2 has '
            f'{fields.MemEncryptionModel.AMD_SEV_SNP} only; look at the '
            f'extra spec hw:mem_encryption_model and the image property '
            f'hw_mem_encryption_model')
    return True


def _boots(image: Image, mode: str) -> Callable[[InstanceType], bool]:
    return lambda kind: boot_mode.of(image, kind) == mode


def _firmware(image_meta: Any, image: Image) -> list[Need]:
    asked = image_meta.properties.get('hw_firmware_type')
    if asked is None:
        return []
    mode = _FIRMWARE[asked]
    if not boot_mode.may_be(image, mode):
        raise exceptions.ImageRefused(
            f'image property hw_firmware_type is {asked}, but '
            f'{boot_mode.describe(image)}')
    return [Need(f'image property hw_firmware_type={asked}',
                 f'boot mode {mode}', _boots(image, mode))]


def _secure_boot(flavor: Any, image_meta: Any, image: Image) -> list[Need]:
    policy = hardware.get_secure_boot_constraint(flavor, image_meta)
    if policy != fields.SecureBoot.REQUIRED:
        return []
    if not boot_mode.may_be(image, boot_mode.UEFI):
        raise exceptions.ImageRefused(
            f'Secure Boot is required and needs UEFI, but '
            f'{boot_mode.describe(image)}')
    # Whether an AMI carries Secure Boot's keys EC2 tells its owner only.
    if image_meta.properties.get('os_secure_boot') != policy:
        raise exceptions.ImageRefused(
            f'the flavor requires Secure Boot; set image property '
            f'os_secure_boot=required if {image.image_id} has keys for it')
    boots_uefi = _boots(image, boot_mode.UEFI)
    return [Need('os_secure_boot=required', 'UEFI Secure Boot',
                 lambda kind: not kind.bare_metal and boots_uefi(kind))]


def _tpm(flavor: Any, image_meta: Any, image: Image) -> list[Need]:
    has = image.tpm_support == 'v2.0'
    asked = hardware.get_vtpm_constraint(flavor, image_meta)
    if asked is not None:
        if (asked.version, asked.model) != (fields.TPMVersion.v2_0,
                                            fields.TPMModel.CRB):
            raise exceptions.FlavorRefused(
                f'a TPM of version {asked.version}, model {asked.model}, is '
                f'asked for, but EC2 has version {fields.TPMVersion.v2_0}, '
                f'model {fields.TPMModel.CRB} only; look at the extra specs '
                f'hw:tpm_version and hw:tpm_model')
        if not has:
            raise exceptions.ImageRefused(
                f'a TPM is asked for, but {image.image_id} is registered '
                f'without TpmSupport v2.0')
    if not has:
        return []
    return [Need('hw:tpm_version' if asked
                 else f'TpmSupport of {image.image_id}',
                 'NitroTPM', lambda kind: kind.nitro_tpm)]


def _memory(flavor: Any, image_meta: Any, image: Image) -> list[Need]:
    if not encrypts_memory(flavor, image_meta):
        if hardware.get_stateless_firmware_constraint(image_meta):
            raise exceptions.ImageRefused(
                'image property hw_firmware_stateless is true, but EC2 keeps '
                'the UEFI variables of every instance without AMD SEV-SNP')
        return []
    boots_uefi = _boots(image, boot_mode.UEFI)
    return [Need('hw:mem_encryption', 'AMD SEV-SNP',
                 lambda kind: kind.sev_snp and boots_uefi(kind))]
