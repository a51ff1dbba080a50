# SPDX-License-Identifier: Apache-2.0
"""The worker of neutron-periodic-workers that puts EC2 right."""

import threading
from collections.abc import Callable
from typing import Any

from neutron_lib import worker
from oslo_config import cfg
from oslo_log import log as logging

from nova_ec2.neutron.election import Election
from nova_ec2.neutron.reconciler import Reconciler

LOG = logging.getLogger(__name__)


class ReconcilingWorker(worker.BaseWorker):
    """Does a round every so often, where this process is chosen.

    The chosen one keeps its lock until its next round, so that all together
    do one round an interval.

    :param make: called when it starts: ML2 asks for its workers before the
        service plug-ins are there, which have their part in a round
    """

    def __init__(self, make: Callable[[], Reconciler]) -> None:
        # No process of its own: a thread does.
        super().__init__(worker_process_count=0)
        self._make = make
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, **kwargs: Any) -> None:
        """Start the thread."""
        super().start(desc='EC2 reconciler')
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, daemon=True,
                                        name='ec2-reconciler')
        self._thread.start()

    def stop(self) -> None:
        """Have it end, after the round that it is in."""
        self._stopped.set()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self._thread is not None:
            self._thread.join()

    def reset(self) -> None:
        """Options are read anew in each round."""

    def _run(self) -> None:
        election: Election | None = None
        reconciler = self._make()
        while not self._stopped.is_set():
            interval = cfg.CONF.ml2_ec2.reconcile_interval
            try:
                election = election or Election(cfg.CONF)
                with election.held() as chosen:
                    if chosen:
                        reconciler.round()
                    self._stopped.wait(interval)
            except Exception:
                # Whatever it is, the next round may do better.
                LOG.exception('The round over EC2 failed')
                self._stopped.wait(interval)
        if election is not None:
            election.close()
