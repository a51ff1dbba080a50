# SPDX-License-Identifier: Apache-2.0
"""Tempest's feature flags, from the support matrix and the driver."""

import configparser
from collections.abc import Mapping
from pathlib import Path

MATRIX = (Path(__file__).resolve().parents[3] / 'doc' / 'source'
          / 'support-matrix.ini')

_SUPPORTED = ('complete', 'partial')

# Files come with config drives only, and Tempest asks for none with them.
_IN_FULL = ('personality',)

ROWS: Mapping[str, tuple[str, ...]] = {
    # Tempest's flag in [compute-feature-enabled]: rows that must all hold.
    # Cold migration has no row of its own.
    'cold_migration': ('operation.resize',),
    'change_password': ('operation.set-admin-password',),
    'config_drive': ('guest.setup.configdrive',),
    'console_output': ('console.serial.log',),
    'interface_attach': ('operation.attach-interface',
                         'operation.detach-interface'),
    'live_migration': ('operation.live-migrate',),
    'pause': ('operation.pause', 'operation.unpause'),
    'personality': ('guest.setup.inject.file',),
    'rescue': ('operation.rescue',),
    'resize': ('operation.resize',),
    'snapshot': ('operation.snapshot',),
    'spice_console': ('console.spice',),
    'suspend': ('operation.suspend', 'operation.resume'),
    'swap_volume': ('operation.swap-volume',),
    'vnc_console': ('console.vnc',),
    'volume_multiattach': ('operation.multiattach-volume',),
}


def flags(text: str) -> dict[str, bool]:
    """Each flag of :data:`ROWS`.

    :param text: the support matrix
    :raises KeyError: it lacks a row
    """
    matrix = configparser.ConfigParser(interpolation=None)
    matrix.read_string(text)
    return {flag: all(matrix[row]['driver.ec2'] in _enough(flag)
                      for row in rows)
            for flag, rows in ROWS.items()}


def _enough(flag: str) -> tuple[str, ...]:
    return ('complete',) if flag in _IN_FULL else _SUPPORTED
