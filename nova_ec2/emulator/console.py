# SPDX-License-Identifier: Apache-2.0
"""GetConsoleOutput: what a guest would have written, once it booted."""

import base64
from typing import Any

from nova_ec2.emulator.instance import StrictInstance

HOSTNAME_TAGS = ('nova-ec2:hostname', 'Name')
"""Tags that the emulated guest takes its name from, the first that is set."""


def output(instance: StrictInstance, now: float) -> str:
    """Base64 text; '' until the instance has run for a while.

    "The output is posted shortly after instance boot, reboot and
    termination", GetConsoleOutput, Amazon EC2 API Reference.
    """
    if instance.console_at is None or instance.console_at > now:
        return ''
    text = '\n'.join(_lines(instance)) + '\n'
    return base64.b64encode(text.encode()).decode()


def _lines(instance: StrictInstance) -> list[str]:
    name = hostname(instance)
    nic: Any = instance.nics.get(0)
    return [
        (f'[    0.000000] Linux version 6.1.0-emulated ({instance.image_id}) '
        f'{instance.architecture}'),
        f'[    0.000000] DMI: Amazon EC2 {instance.instance_type}',
        f'[    0.412873] nvme nvme0: {instance.root_device_name} ready',
        (f'[    1.204411] ena 0000:00:05.0 eth0: '
        f'{nic.mac_address if nic else "no interface"}'),
        (f'[    2.001733] cloud-init: boot {instance.boots} of '
        f'{instance.id} in {instance.availability_zone}'),
        (f'[    2.310552] cloud-init: eth0 '
        f'{nic.private_ip_address if nic else "down"}'),
        f'[    3.112004] systemd[1]: Hostname set to <{name}>.',
        '[    4.870021] systemd[1]: Reached target multi-user.target.',
        '', f'{name} login: ']


def hostname(instance: StrictInstance) -> str:
    """What the emulated guest calls itself."""
    tags = instance.ec2_backend.tags_of(instance.id)
    for key in HOSTNAME_TAGS:
        if tags.get(key):
            return str(tags[key])
    return instance.private_dns_name.partition('.')[0]
