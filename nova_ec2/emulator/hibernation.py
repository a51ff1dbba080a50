# SPDX-License-Identifier: Apache-2.0
"""Hibernation: who may be launched for it, and who may do it.

"Prerequisites for Amazon EC2 instance hibernation", Amazon EC2 User Guide;
UnsupportedHibernationConfiguration, "Error codes for the Amazon EC2 API".
"""

from collections.abc import Iterable
from typing import Any

from nova_ec2.emulator.disks import Device
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

_MIB_PER_GIB = 1024
RAM_LINUX_GIB = 150
RAM_WINDOWS_GIB = 16
VOLUME_TYPES = ('gp2', 'gp3', 'io1', 'io2')
REASON = 'Client.UserInitiatedHibernate'


def configured(params: dict[str, Any]) -> bool:
    """Whether RunInstances asks for it."""
    return bool((params.get('HibernationOptions') or {}).get('Configured'))


def check(backend: Any, image: Any, type_name: str, known: dict[str, Any],
          devices: Iterable[Device]) -> None:
    """Refuse a launch that does not meet the prerequisites.

    :param known: what DescribeInstanceTypes says of the type
    """
    if not known.get('HibernationSupported') or known.get('BareMetal'):
        raise _unsupported(f'Hibernation is not supported on instance type '
                           f'{type_name}.')
    ram = known['MemoryInfo']['SizeInMiB'] / _MIB_PER_GIB
    most = RAM_WINDOWS_GIB if image.platform == 'windows' else RAM_LINUX_GIB
    if ram > most:
        raise _unsupported(f'Hibernation is not supported on instance types '
                           f'with more than {most} GiB of RAM.')
    root = next((device for device in devices
                 if device.name == image.root_device_name), None)
    if root is None or not _encrypted(backend, root):
        raise _unsupported('Hibernation requires an encrypted root volume.')
    if root.volume_type not in VOLUME_TYPES:
        raise _unsupported(f'Hibernation does not support a root volume of '
                           f'type {root.volume_type}.')
    if _size(backend, root) <= ram:
        raise _unsupported('The root volume is not large enough to store '
                           'the contents of the RAM.')


def check_may_hibernate(instance: StrictInstance) -> None:
    """Refuse an instance that was not launched for it."""
    if not instance.hibernation:
        raise _unsupported(f"The instance '{instance.id}' is not enabled "
                           'for hibernation.')


def _encrypted(backend: Any, device: Device) -> bool:
    snapshot = backend.snapshots.get(device.snapshot_id)
    return device.encrypted or bool(snapshot and snapshot.encrypted)


def _size(backend: Any, device: Device) -> int:
    snapshot = backend.snapshots.get(device.snapshot_id)
    return device.size or (snapshot.volume.size if snapshot else 0)


def _unsupported(message: str) -> Refusal:
    return Refusal('UnsupportedHibernationConfiguration', message)
