# SPDX-License-Identifier: Apache-2.0
"""Device names that EC2 accepts.

The root's name is the AMI's. Every further disk gets the root's style
(``sd`` or ``xvd``) and a letter from f on: EC2 recommends f to p for EBS, and
many AMIs map b to e to instance store, so these are for whoever asks for
them. ``sdf`` and ``xvdf`` are one device to EC2, so letters are compared and
not names.
"""

import itertools
import re
import string
from collections.abc import Iterable, Iterator
from typing import Any

from nova import exception as nova_exception

DEFAULT_ROOT = '/dev/xvda'
"""The root's name in Nova until the AMI's own is known."""

_NAME = re.compile(r'^(?:/dev/)?(sd|xvd)([a-z]{1,2})(\d{0,2})$')
_LETTERS = tuple(string.ascii_lowercase[5:]) + tuple(
    first + second for first in 'bc' for second in string.ascii_lowercase)
_DATA_LETTERS = frozenset((*'bcde', *_LETTERS))


def next_name(used: Iterable[str | None], root: str = DEFAULT_ROOT) -> str:
    """The first free name for a further disk, in the style of ``root``.

    :param used: names already taken; None and '' are skipped
    :raises nova.exception.TooManyDiskDevices: all are taken
    """
    taken = {_letter(name) for name in used if name}
    match = _NAME.match(root)
    style = match.group(1) if match else 'xvd'
    for letter in _LETTERS:
        if letter not in taken:
            return f'/dev/{style}{letter}'
    raise nova_exception.TooManyDiskDevices(maximum=len(_LETTERS))


def is_data_name(name: str | None) -> bool:
    """Whether EC2 takes ``name`` for a further disk, free of clashes."""
    match = _NAME.match(name or '')
    return (match is not None and match.group(2) in _DATA_LETTERS
            and not match.group(3) and (name or '').startswith('/dev/'))


def names(wanted: Iterable[str | None], root: str) -> Iterator[str]:
    """A name for each disk: the wanted one if it is legal and free.

    :raises nova.exception.TooManyDiskDevices: all are taken
    """
    used = [root]
    for name in wanted:
        if not name or not is_data_name(name) or _clashes(name, used):
            name = next_name(used, root)
        used.append(name)
        yield name


def set_default_names(root: str, *lists: Iterable[Any]) -> None:
    """Give every block device of a server a legal name, and save it.

    Serves ComputeDriver.default_device_names_for_instance. Names that EC2
    would refuse are replaced, for Nova would show names that do not exist.

    :param root: name of the root disk
    :param lists: :class:`nova.objects.BlockDeviceMapping` each
    :raises nova.exception.TooManyDiskDevices: all are taken
    """
    further = [bdm for bdm in itertools.chain(*lists)
               if bdm.device_name != root]
    wanted = [bdm.device_name for bdm in further]
    for bdm, name in zip(further, names(wanted, root), strict=True):
        if bdm.device_name != name:
            bdm.device_name = name
            bdm.save()


def name_for(bdms: Iterable[Any], wanted: str | None, root: str,
             also_used: Iterable[str] = ()) -> str:
    """A name for one more disk beside ``bdms``.

    Serves ComputeDriver.get_device_name_for_instance.

    :param wanted: what the user asked for, taken if legal and free
    :param also_used: names that EC2 shows the instance to have
    :raises nova.exception.TooManyDiskDevices: all are taken
    """
    used = [root, *also_used,
            *(bdm.device_name for bdm in bdms if bdm.device_name)]
    if wanted and is_data_name(wanted) and not _clashes(wanted, used):
        return wanted
    return next_name(used, root)


def _letter(name: str) -> str:
    match = _NAME.match(name)
    return match.group(2) if match else name


def _clashes(name: str, used: Iterable[str]) -> bool:
    return _letter(name) in {_letter(other) for other in used}
