# SPDX-License-Identifier: Apache-2.0
"""What is logged of accounts in which something cannot be done."""

import threading

from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)


class Troubles:
    """Tells once of an account that cannot be entered, until it can be."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed: set[str] = set()

    def failed(self, name: str, error: Exception, what: str) -> None:
        """Something failed in an account.

        :param what: the beginning of the sentence
        """
        if isinstance(error, exc.AccountUnavailable):
            with self._lock:
                if name in self._closed:
                    return
                self._closed.add(name)
            LOG.error('%s; the other accounts go on: %s', what, error)
        elif isinstance(error, exc.NovaEC2Error):
            LOG.warning('%s in account %s: %s', what, name, error)
        else:
            LOG.error('%s in account %s', what, name, exc_info=error)

    def worked(self, name: str) -> None:
        """Something was done in an account."""
        with self._lock:
            if name not in self._closed:
                return
            self._closed.discard(name)
        LOG.info('Account %s can be entered again', name)
