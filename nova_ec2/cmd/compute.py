# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2-compute``: nova-compute with ``ec2.EC2Driver`` made loadable.

Nova imports drivers from ``nova.virt`` only. Where the shim ``nova.virt.ec2``
of this package lies in another directory than Nova itself (a distribution's
Nova, an editable one), that import fails; this launcher takes its place.
It reads the same files and options as nova-compute.
"""

import importlib
import sys

SHIM = 'nova.virt.ec2'
"""What Nova imports for ``compute_driver = ec2.EC2Driver``."""

DRIVER = 'nova_ec2.driver'


def main() -> None:
    """Run nova-compute, with this package's driver where Nova looks for it.

    :raises SystemExit: Nova is not installed, or as nova-compute does
    """
    nova_compute = _import_nova_compute()
    offer_driver()
    nova_compute()


def offer_driver() -> None:
    """Let ``import nova.virt.ec2`` find the driver; safe to repeat.

    Call it after ``nova.cmd.compute`` is imported, for that chooses between
    native threads and eventlet and must come before all else of Nova.
    """
    driver = importlib.import_module(DRIVER)
    sys.modules[SHIM] = driver
    importlib.import_module('nova.virt').ec2 = driver  # type: ignore[attr-defined]  # noqa: E501


def _import_nova_compute():  # type: ignore[no-untyped-def]
    """nova-compute's own main, imported before anything else of Nova.

    The import reads OS_NOVA_DISABLE_EVENTLET_PATCHING and the option
    concurrency_backend, as it does for nova-compute itself.
    """
    try:
        from nova.cmd import compute
    except ModuleNotFoundError as error:
        if error.name not in ('nova', 'nova.cmd'):
            raise
        sys.exit('nova-ec2-compute: Nova is not installed for '
                 f'{sys.executable}: install nova_ec2 beside it, or '
                 'nova_ec2[compute]')
    return compute.main


if __name__ == '__main__':
    main()
