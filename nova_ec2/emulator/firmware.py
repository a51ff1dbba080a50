# SPDX-License-Identifier: Apache-2.0
"""Boot mode, NitroTPM and AMD SEV-SNP: which AMI starts on which type.

"Instance launch behavior with Amazon EC2 boot modes", "NitroTPM for Amazon
EC2 instances" and "AMD SEV-SNP for Amazon EC2 instances", Amazon EC2 User
Guide.
"""

from typing import Any

from nova_ec2.emulator.errors import Refusal

_MODES = {'uefi': 'UEFI', 'legacy-bios': 'legacy BIOS'}
_SNP = ('enabled', 'disabled')


def boots(image: Any, known: dict[str, Any]) -> str:
    """The boot mode of an instance: uefi or legacy-bios.

    :param image: an AMI, or an instance, which keeps its AMI's mode
    :param known: what DescribeInstanceTypes says of the type
    """
    supported = known['SupportedBootModes']
    if image.boot_mode == 'uefi-preferred':
        return 'uefi' if 'uefi' in supported else 'legacy-bios'
    if image.boot_mode:
        return str(image.boot_mode)
    return 'uefi' if image.architecture == 'arm64' else 'legacy-bios'


def check(image: Any, name: str, known: dict[str, Any],
          sev_snp: bool) -> None:
    """Refuse an AMI, or a stopped instance, that the type cannot start.

    :param name: of the type
    """
    mode = boots(image, known)
    if mode not in known['SupportedBootModes']:
        raise Refusal(
            'InvalidParameterValue',
            f'The {name} instance type does not support an AMI with a boot '
            f'mode of {_MODES[mode]}. Specify an instance type that supports '
            f'{_MODES[mode]}, and try again.')
    if image.tpm_support and known.get('NitroTpmSupport') != 'supported':
        raise Refusal(
            'InvalidParameterValue',
            f'The {name} instance type does not support NitroTPM, which the '
            'AMI is enabled for.')
    if not sev_snp:
        return
    if 'amd-sev-snp' not in known['ProcessorInfo'].get(
            'SupportedFeatures', ()):
        raise Refusal('InvalidParameterValue',
                      f'The {name} instance type does not support AMD '
                      'SEV-SNP.')
    if mode != 'uefi':
        raise Refusal('InvalidParameterValue',
                      'AMD SEV-SNP requires the UEFI boot mode.')


def sev_snp(params: dict[str, Any], hibernates: bool) -> bool:
    """Whether RunInstances asks for AMD SEV-SNP.

    :param hibernates: whether it asks for hibernation, too
    """
    options = params.get('CpuOptions') or {}
    unknown = sorted(set(options) - {'AmdSevSnp'})
    if unknown:
        raise Refusal('UnsupportedOperation',
                      f'This emulator has no CpuOptions.{unknown[0]}.')
    value = options.get('AmdSevSnp')
    if value not in (None, *_SNP):
        raise Refusal('InvalidParameterValue',
                      f'Value ({value}) for parameter AmdSevSnp is invalid. '
                      f'It must be {" or ".join(_SNP)}.')
    if value == 'enabled' and hibernates:
        raise Refusal('InvalidParameterCombination',
                      'Hibernation is not supported with AMD SEV-SNP.')
    return value == 'enabled'
