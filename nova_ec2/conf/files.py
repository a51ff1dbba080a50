# SPDX-License-Identifier: Apache-2.0
"""The text of a file that an option names."""

import pathlib

from nova_ec2 import exceptions as exc


def text_of(path: str, option: str) -> str:
    """What a file says, its line ends as they are.

    :param option: which names the file, for instance ``[ec2] price_file``
    :raises ConfigurationError: it cannot be read, or is not UTF-8
    """
    try:
        return pathlib.Path(path).read_bytes().decode('utf-8-sig')
    except OSError as error:
        raise exc.ConfigurationError(
            f'{path} cannot be read: {error.strerror}', option) from None
    except UnicodeDecodeError:
        raise exc.ConfigurationError(
            f'{path} is not UTF-8 text', option) from None
