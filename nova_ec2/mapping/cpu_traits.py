# SPDX-License-Identifier: Apache-2.0
"""What CPUs can do: the traits of an instance type.

EC2 tells architecture, threads and AMD SEV-SNP of a type. The instruction
sets follow from the processor, which a family's name tells: ``m7i`` is the
seventh generation with Intel's, ``m7a`` with AMD's, ``m7g`` with AWS's own.
Where EC2 has run a family on more than one processor the lesser one counts,
and of a family that is not known nothing is promised.

The host reports what some type of the zone has. A server that requires or
forbids such a trait gets only types that agree, so a trait is never promised
for a type that lacks it.
"""

import functools
import re
from collections.abc import Iterable
from typing import Any

import os_traits as ot

from nova_ec2.mapping.needs import Need
from nova_ec2.models.instance_type import InstanceType

_AVX2 = frozenset({
    ot.HW_CPU_X86_MMX, ot.HW_CPU_X86_SSE, ot.HW_CPU_X86_SSE2,
    ot.HW_CPU_X86_SSE3, ot.HW_CPU_X86_SSSE3, ot.HW_CPU_X86_SSE41,
    ot.HW_CPU_X86_SSE42, ot.HW_CPU_X86_AVX, ot.HW_CPU_X86_AVX2,
    ot.HW_CPU_X86_FMA3, ot.HW_CPU_X86_F16C, ot.HW_CPU_X86_BMI,
    ot.HW_CPU_X86_BMI2, ot.HW_CPU_X86_ABM, ot.HW_CPU_X86_AESNI,
    ot.HW_CPU_X86_CLMUL})
_SKYLAKE = _AVX2 | {
    ot.HW_CPU_X86_AVX512F, ot.HW_CPU_X86_AVX512CD, ot.HW_CPU_X86_AVX512BW,
    ot.HW_CPU_X86_AVX512DQ, ot.HW_CPU_X86_AVX512VL}
_CASCADE_LAKE = _SKYLAKE | {ot.HW_CPU_X86_AVX512VNNI}
_ICE_LAKE = _CASCADE_LAKE | {
    ot.HW_CPU_X86_AVX512VBMI, ot.HW_CPU_X86_AVX512IFMA,
    ot.HW_CPU_X86_AVX512VBMI2, ot.HW_CPU_X86_AVX512BITALG,
    ot.HW_CPU_X86_AVX512VAES, ot.HW_CPU_X86_AVX512GFNI,
    ot.HW_CPU_X86_AVX512VPCLMULQDQ, ot.HW_CPU_X86_AVX512VPOPCNTDQ,
    ot.HW_CPU_X86_SHA}
_SAPPHIRE_RAPIDS = _ICE_LAKE | {
    ot.HW_CPU_X86_AMXBF16, ot.HW_CPU_X86_AMXINT8, ot.HW_CPU_X86_AMXTILE}
_ZEN = _AVX2 | {ot.HW_CPU_X86_SHA, ot.HW_CPU_X86_SSE4A}
_GENOA = _ZEN | _ICE_LAKE

_GRAVITON = frozenset({
    ot.HW_CPU_AARCH64_FP, ot.HW_CPU_AARCH64_ASIMD,
    ot.HW_CPU_AARCH64_EVTSTRM, ot.HW_CPU_AARCH64_AES,
    ot.HW_CPU_AARCH64_PMULL, ot.HW_CPU_AARCH64_SHA1,
    ot.HW_CPU_AARCH64_SHA2, ot.HW_CPU_AARCH64_CRC32,
    ot.HW_CPU_AARCH64_CPUID})
_GRAVITON_2 = _GRAVITON | {
    ot.HW_CPU_AARCH64_FPHP, ot.HW_CPU_AARCH64_ASIMDHP,
    ot.HW_CPU_AARCH64_ASIMDRDM, ot.HW_CPU_AARCH64_ATOMICS,
    ot.HW_CPU_AARCH64_LRCPC, ot.HW_CPU_AARCH64_DCPOP,
    ot.HW_CPU_AARCH64_ASIMDDP}
_GRAVITON_4 = _GRAVITON_2 | {
    ot.HW_CPU_AARCH64_JSCVT, ot.HW_CPU_AARCH64_FCMA,
    ot.HW_CPU_AARCH64_SHA3, ot.HW_CPU_AARCH64_SHA512,
    ot.HW_CPU_AARCH64_SVE}
_GRAVITON_3 = _GRAVITON_4 | {ot.HW_CPU_AARCH64_SM3, ot.HW_CPU_AARCH64_SM4}

# (family names in full, what all of their processors can)
_FAMILIES: tuple[tuple[str, frozenset[str]], ...] = (
    ('t3|[cm]5|[cmr]5d?|c5n|z1d|g4dn|i3en', _SKYLAKE),
    ('[mr]5d?n|m5zn|r5b|d3|d3en|vt1|inf1|x2iezn', _CASCADE_LAKE),
    ('[cmr]6i[dn]*|i4i|x2ie?dn', _ICE_LAKE),
    ('[cmr]7i(-flex|z)?|i7ie?|u7i.*', _SAPPHIRE_RAPIDS),
    ('[cmr]8i.*|x8i|t8i', _SAPPHIRE_RAPIDS),
    ('t3a|[cmr]5ad?|[cmr]6a|g5|g4ad', _ZEN),
    ('[cmr]7a|[cmr]8a|m8azn|x8aedz', _GENOA),
    ('a1', _GRAVITON),
    ('t4g|[cmrx][26]gn?d?|i4g|im4gn|is4gen|g5g', _GRAVITON_2),
    ('[cmr]7g[dn]?', _GRAVITON_3),
    ('[cmrxi][89]g[bden]?', _GRAVITON_4),
)

_ARCHITECTURES = {'x86_64': ot.HW_ARCH_X86_64, 'i386': ot.HW_ARCH_I686,
                  'arm64': ot.HW_ARCH_AARCH64}

MANAGED = frozenset().union(
    _ARCHITECTURES.values(), *(traits for _, traits in _FAMILIES),
    {ot.HW_CPU_HYPERTHREADING, ot.HW_CPU_X86_AMD_SEV_SNP})
"""Every trait that is reported or not by what the types of the zone have."""


def of_type(kind: InstanceType) -> frozenset[str]:
    """The traits that every instance of a type has."""
    traits = set(_of_family(kind.family))
    traits.update(_ARCHITECTURES[name] for name in kind.architectures
                  if name in _ARCHITECTURES)
    if kind.threads_per_core > 1:
        traits.add(ot.HW_CPU_HYPERTHREADING)
    if kind.sev_snp:
        traits.add(ot.HW_CPU_X86_AMD_SEV_SNP)
    return frozenset(traits)


def of_types(types: Iterable[InstanceType]) -> frozenset[str]:
    """The traits that some type has which may be chosen without its name."""
    return frozenset().union(*(of_type(kind) for kind in types
                               if kind.current_generation))


def needs(flavor: Any, image_meta: Any) -> list[Need]:
    """What required and forbidden traits ask of the type.

    Traits that are not of CPUs are the scheduler's business alone.

    :param flavor: :class:`nova.objects.Flavor`, its ``trait:`` extra specs
    :param image_meta: :class:`nova.objects.ImageMeta`, its ``trait:``
        properties
    """
    specs = (flavor.extra_specs or {}) if 'extra_specs' in flavor else {}
    wanted = {key.partition(':')[2]: value for key, value in specs.items()
              if key.startswith('trait:')}
    wanted.update(dict.fromkeys(
        image_meta.properties.get('traits_required', ()), 'required'))
    return [_need(name, value) for name, value in sorted(wanted.items())
            if name in MANAGED and value in ('required', 'forbidden')]


def _need(name: str, value: str) -> Need:
    required = value == 'required'
    return Need(f'trait:{name}={value}', name if required else f'no {name}',
                lambda kind: (name in of_type(kind)) == required)


@functools.cache
def _of_family(family: str) -> frozenset[str]:
    return next((traits for pattern, traits in _FAMILIES
                 if re.fullmatch(pattern, family)), frozenset())
