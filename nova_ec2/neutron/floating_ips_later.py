# SPDX-License-Identifier: Apache-2.0
"""What EC2 does not take just now is tried again soon.

An address cannot be associated while its server is starting, which ends
within seconds; the loop's next round may be a minute away. A process that
dies forgets its tries, and the loop does them.
"""

import threading
import time
from collections.abc import Callable

from oslo_log import log as logging

LOG = logging.getLogger(__name__)


class Later:
    """A thread that is there as long as there is something to try.

    :param do: tries one, and calls ``add`` where it has to be tried again
    :param pause: seconds between two tries
    :param patience: seconds after which one is left to the loop
    """

    def __init__(self, do: Callable[[str], None], pause: float = 2.0,
                 patience: float = 600.0) -> None:
        self._do = do
        self._pause, self._patience = pause, patience
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._thread: threading.Thread | None = None

    def add(self, name: str) -> None:
        """Have one tried again."""
        now = time.monotonic()
        with self._lock:
            if now - self._since.setdefault(name, now) < self._patience:
                self._waiting.add(name)
                self._begin()

    def once(self) -> bool:
        """Try each that waits; whether some are left."""
        with self._lock:
            due, self._waiting = self._waiting, set()
        for name in sorted(due):
            try:
                self._do(name)
            except Exception:
                LOG.exception('%s is tried again with the next round', name)
        with self._lock:
            for name in due - self._waiting:
                self._since.pop(name, None)
            if not self._waiting:
                self._thread = None
            return bool(self._waiting)

    def _begin(self) -> None:
        # Not before it is needed: neutron-server forks.
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, daemon=True, name='ec2-floating-ips')
            self._thread.start()

    def _run(self) -> None:
        time.sleep(self._pause)
        while self.once():
            time.sleep(self._pause)
