# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2-compute``: nova-compute with ``ec2.EC2Driver`` made loadable.

Nova imports drivers from ``nova.virt`` only. Where the shim ``nova.virt.ec2``
of this package lies in another directory than Nova itself (a distribution's
Nova, an editable one), that import fails; this launcher takes its place.
It reads the same files, options and environment as nova-compute.
"""

import importlib
import os
import sys
import types
from collections.abc import Callable
from typing import Any

SHIM = 'nova.virt.ec2'
"""What Nova imports for ``compute_driver = ec2.EC2Driver``."""

DRIVER = 'nova_ec2.driver'

NOVA_COMPUTE = 'nova-compute'


def main() -> None:
    """Run nova-compute, with this package's driver where Nova looks for it.

    :raises SystemExit: Nova is not installed, or as nova-compute does
    """
    take_name()
    nova_compute = _import_nova_compute()
    offer_driver()
    nova_compute()


def take_name() -> None:
    """Be called nova-compute, so that nova-compute.conf is read too."""
    sys.argv[0] = os.path.join(os.path.dirname(sys.argv[0]), NOVA_COMPUTE)


def offer_driver() -> None:
    """Let ``import nova.virt.ec2`` succeed; safe to repeat.

    Call it after ``nova.cmd.compute`` is imported, for that chooses between
    native threads and eventlet and must come before all else of Nova. The
    driver itself is imported when Nova asks for its class: by then Nova has
    read its options and registered its objects.
    """
    shim = types.ModuleType(SHIM, 'nova_ec2.driver, offered to Nova.')
    vars(shim)['__getattr__'] = _of_driver
    package, _, name = SHIM.rpartition('.')
    setattr(importlib.import_module(package), name, shim)
    sys.modules[SHIM] = shim


def _of_driver(name: str) -> Any:
    if name.startswith('__'):
        # Tools that look through all modules ask each for its __file__.
        raise AttributeError(name)
    return getattr(importlib.import_module(DRIVER), name)


def _import_nova_compute() -> Callable[[], None]:
    """nova-compute's own main, imported before anything else of Nova.

    The import looks at OS_NOVA_DISABLE_EVENTLET_PATCHING and at the option
    concurrency_backend, as it does for nova-compute itself.
    """
    try:
        from nova.cmd import compute
    except ModuleNotFoundError as error:
        if error.name not in ('nova', 'nova.cmd'):
            raise
        sys.exit('nova-ec2-compute: there is no Nova for this Python '
                 f'({sys.executable}). Install nova_ec2 beside Nova, or '
                 'nova-ec2[compute].')
    nova_compute: Callable[[], None] = compute.main
    return nova_compute


if __name__ == '__main__':
    main()
