# SPDX-License-Identifier: Apache-2.0
"""A file that an option names, read anew when it has changed."""

import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)

T = TypeVar('T')


class WatchedFile(Generic[T]):
    """What a file says now, or said before it got a mistake.

    :param path: of the file; '' is never looked at again
    :param read: of the whole file
    :param what: it holds, for the log
    :param check: called with what it said and what it says now; raises
        ConfigurationError where the one must not follow the other
    :raises ConfigurationError: as ``read`` does
    """

    def __init__(self, path: str, read: Callable[[], T], what: str,
                 check: Callable[[T, T], None] = lambda was, becomes: None
                 ) -> None:
        self._path = path
        self._read = read
        self._what = what
        self._check = check
        self._lock = threading.Lock()
        # Before it is read: what changes meanwhile is read again.
        self._stamp = _stamp(path)
        self._now = read()

    def now(self) -> T:
        """What it says; each change is read once, good or bad."""
        stamp = _stamp(self._path)
        with self._lock:
            if stamp != self._stamp:
                self._stamp = stamp
                self._reload()
            return self._now

    def _reload(self) -> None:
        try:
            becomes = self._read()
            self._check(self._now, becomes)
        except exc.ConfigurationError as error:
            LOG.error('The changed file is not taken over, and the %s stay '
                      'as they were: %s', self._what, error)
        else:
            self._now = becomes
            LOG.info('Read the changed %s from %s', self._what, self._path)


def _stamp(path: str) -> tuple[int, ...]:
    """What differs when a file has changed; () where there is none."""
    if not path:
        return ()
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
