# SPDX-License-Identifier: Apache-2.0
"""A config drive: Nova's metadata of a server as an ISO 9660 image.

The label ``config-2`` is what cloud-init and other agents find it by. Made
in memory: what it holds, a password among it, is never on a disk here and in
no process's arguments.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pycdlib

from nova_ec2.mapping import devices
from nova_ec2.models.launch import Disk

LABEL = 'config-2'
SIZE_GIB = 1
"""The smallest volume of EC2."""

_LAST_NAME = 'z'


def iso(files: Iterable[tuple[str, bytes | str]]) -> bytes:
    """An image with these files.

    :param files: (path without a leading slash, content), as
        ``InstanceMetadata.metadata_for_config_drive`` yields them
    """
    image, places = pycdlib.PyCdlib(), _Places()
    image.new(interchange_level=3, joliet=3, rock_ridge='1.09',
              vol_ident=LABEL)
    try:
        for path, content in files:
            data = content.encode() if isinstance(content, str) else content
            for folder in places.new_folders(path):
                image.add_directory(
                    places.short(folder), joliet_path=f'/{folder}',
                    rr_name=folder.rpartition('/')[2])
            image.add_fp(io.BytesIO(data), len(data),
                         f'{places.short(path)}.;1', joliet_path=f'/{path}',
                         rr_name=path.rpartition('/')[2])
        written = io.BytesIO()
        image.write_fp(written)
        return written.getvalue()
    finally:
        image.close()


def disk(snapshot_id: str, made: Iterable[Disk],
         block_device_info: Mapping[str, Any] | None) -> Disk:
    """The volume of a snapshot that holds a drive, beside other disks.

    It has the last name that there is, for the first ones are for volumes
    that come later.

    :param made: the other disks of the server, the root first
    :param block_device_info: as Nova hands it to spawn
    :raises nova.exception.TooManyDiskDevices: no name is free
    """
    disks = tuple(made)
    root = disks[0].device_name
    used = [one.device_name for one in disks]
    used += [bdm['mount_device'] for bdm in
             (block_device_info or {}).get('block_device_mapping') or ()]
    style = 'sd' if root.startswith('/dev/sd') else 'xvd'
    wanted = f'/dev/{style}{_LAST_NAME}'
    return Disk(device_name=devices.name_for((), wanted, root, used),
                size_gib=SIZE_GIB, volume_type=disks[0].volume_type,
                snapshot_id=snapshot_id, encrypted=disks[0].encrypted,
                kms_key_id=disks[0].kms_key_id)


class _Places:
    """The names that plain ISO 9660 asks for: eight letters, no two alike.

    Nobody reads them; Rock Ridge and Joliet have the real ones.
    """

    def __init__(self) -> None:
        self._short: dict[str, str] = {'': ''}

    def new_folders(self, path: str) -> Iterator[str]:
        """The folders above ``path`` that are not there yet."""
        parts = path.split('/')[:-1]
        for depth in range(1, len(parts) + 1):
            folder = '/'.join(parts[:depth])
            if folder not in self._short:
                yield folder

    def short(self, path: str) -> str:
        """The short form of a path whose folders are known."""
        if path not in self._short:
            above = self._short[path.rpartition('/')[0]]
            self._short[path] = f'{above}/N{len(self._short)}'
        return self._short[path]
