# SPDX-License-Identifier: Apache-2.0
"""nova-compute that can load the benchmarks' drivers as ``bench.NAME``."""

import importlib
import sys
import types

from nova.cmd import compute

from nova_ec2.cmd.compute import offer_driver, take_name

_SHIM = 'nova.virt.bench'


def main() -> None:
    """Run nova-compute."""
    take_name()
    offer_driver()
    shim = types.ModuleType(_SHIM)
    # Imported when Nova asks for a driver: its options are read by then.
    vars(shim)['__getattr__'] = _of_drivers
    package, _, name = _SHIM.rpartition('.')
    setattr(importlib.import_module(package), name, shim)
    sys.modules[_SHIM] = shim
    compute.main()


def _of_drivers(name: str) -> object:
    if name.startswith('__'):
        raise AttributeError(name)
    return getattr(importlib.import_module('tests.benchmarks.cloud.drivers'),
                   name)


if __name__ == '__main__':
    main()
