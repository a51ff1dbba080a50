# SPDX-License-Identifier: Apache-2.0
"""EC2's instance types as moto ships them: 1395 real descriptions."""

import functools
import gzip
import importlib.resources
import json

from nova_ec2.models.instance_type import InstanceType

_ACCELERATORS = ('GpuInfo', 'FpgaInfo', 'InferenceAcceleratorInfo',
                 'MediaAcceleratorInfo', 'NeuronInfo')


@functools.cache
def real_types() -> tuple[InstanceType, ...]:
    """All of them, whatever the Region."""
    packed = (importlib.resources.files('moto.ec2')
              / 'resources' / 'instance_types.json.gz').read_bytes()
    described = json.loads(gzip.decompress(packed))
    return tuple(_convert(one) for one in described.values())


def real_type(name: str) -> InstanceType:
    """One of them."""
    return next(kind for kind in real_types() if kind.name == name)


def _convert(found: dict) -> InstanceType:
    return InstanceType(
        name=found['InstanceType'],
        vcpus=found['VCpuInfo']['DefaultVCpus'],
        memory_mib=found['MemoryInfo']['SizeInMiB'],
        architectures=frozenset(
            found['ProcessorInfo']['SupportedArchitectures']),
        current_generation=found['CurrentGeneration'],
        bare_metal=found['BareMetal'],
        accelerated=any(key in found for key in _ACCELERATORS),
        hypervisor=found.get('Hypervisor', ''),
        interfaces_max=found['NetworkInfo']['MaximumNetworkInterfaces'],
        boot_modes=frozenset(found['SupportedBootModes']),
        virtualization=frozenset(found['SupportedVirtualizationTypes']),
        nitro_tpm=found['NitroTpmSupport'] == 'supported',
        sev_snp='amd-sev-snp' in found['ProcessorInfo'].get(
            'SupportedFeatures', ()),
        threads_per_core=found['VCpuInfo'].get('DefaultThreadsPerCore', 1))
