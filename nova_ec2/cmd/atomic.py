# SPDX-License-Identifier: Apache-2.0
"""Files that others read while they are written."""

import os
import pathlib
import tempfile

from nova_ec2 import exceptions as exc

# Services of other users read it; there is nothing secret in it.
_MODE = 0o644


def write(path: str | pathlib.Path, text: str) -> None:
    """Replace a file as a whole: its readers see the old or the new one.

    :raises ConfigurationError: it cannot be written
    """
    target = pathlib.Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent,
                                        prefix=f'.{target.name}.')
        try:
            with open(handle, 'w', encoding='utf-8') as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, _mode(target))
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise exc.ConfigurationError(
            f'{target} cannot be written: {error.strerror}') from error


def _mode(target: pathlib.Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        return _MODE
