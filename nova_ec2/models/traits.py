# SPDX-License-Identifier: Apache-2.0
"""The traits by which EC2 hosts are known in Placement."""

import re

EC2 = 'CUSTOM_EC2'
"""Every EC2 host has it, and no other."""


def of_region(region: str) -> str:
    """Of the hosts of a Region."""
    return f'{EC2}_REGION_{_word(region)}'


def of_zone(zone: str) -> str:
    """Of the hosts of a zone."""
    return f'{EC2}_ZONE_{_word(zone)}'


def _word(name: str) -> str:
    return re.sub('[^A-Z0-9]', '_', name.upper())
