# SPDX-License-Identifier: Apache-2.0
"""What is there from the start: AMIs known by id.

The default VPC with a default subnet a zone is moto's own, 172.31.0.0/16.
"""

import dataclasses

OWNER = '137112412989'
"""The account that owns the AMIs; not that of any tenant."""

ROOT_GIB = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Seed:
    """An AMI that every region and account has."""

    key: str
    image_id: str
    snapshot_id: str
    name: str
    description: str
    architecture: str
    boot_mode: str
    root_gib: int = ROOT_GIB
    platform: str | None = None
    tpm_support: str | None = None


IMAGES = (
    Seed('x86_64', 'ami-0e0000000000086a1', 'snap-0e0000000000086a1',
         'emulated-linux-x86_64', 'A Linux that boots in no time',
         'x86_64', 'uefi-preferred'),
    Seed('arm64', 'ami-0e000000000000a64', 'snap-0e000000000000a64',
         'emulated-linux-arm64', 'The same for arm64', 'arm64', 'uefi'),
    Seed('minimal', 'ami-0e000000000000a1f', 'snap-0e000000000000a1f',
         'emulated-minimal-x86_64', 'A Linux with a root of 1 GiB',
         'x86_64', 'uefi-preferred', root_gib=1),
    Seed('windows', 'ami-0e000000000003114', 'snap-0e000000000003114',
         'emulated-windows-x86_64', 'A Windows that boots in no time',
         'x86_64', 'legacy-bios', root_gib=30, platform='windows'),
    Seed('tpm', 'ami-0e000000000000709', 'snap-0e000000000000709',
         'emulated-tpm-x86_64', 'A Linux for UEFI with NitroTPM', 'x86_64',
         'uefi', tpm_support='v2.0'),
    Seed('bios', 'ami-0e000000000000b10', 'snap-0e000000000000b10',
         'emulated-bios-x86_64', 'A Linux that says nothing of its boot '
         'mode', 'x86_64', ''),
)


def images() -> dict[str, str]:
    """AMI ids by key: the architecture, or what is special of them."""
    return {seed.key: seed.image_id for seed in IMAGES}
