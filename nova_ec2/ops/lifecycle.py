# SPDX-License-Identifier: Apache-2.0
"""Changes of state that nobody asked Nova for reach Nova as events.

The fleet's view tells of every change; a thread looks in Nova's database
which of them are news, and has Nova told. A server with a verb under way is
left to that verb, and Nova's power sync sees what is then still wrong.
"""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from nova import context as nova_context
from nova import objects
from nova.compute import power_state
from nova.virt import event as virtevent
from oslo_log import log as logging

from nova_ec2.fleet.news import Change
from nova_ec2.mapping import power
from nova_ec2.models.market import TAKEN_BACK
from nova_ec2.models.server import ServerState
from nova_ec2.ops import notices
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Seconds in which further changes join those that are looked up together.
_GATHER = 0.05
# The thread ends when nothing changed for so many seconds.
_IDLE = 30.0

_telling = threading.local()


def _replaces_nothing(instance: Any, change: Change) -> bool:
    return False


def shown(state: int) -> int:
    """A power state as Nova must see it while it is told of a change.

    Nova has no event for a crash, and drops one whose state it does not see:
    for so long a server that is gone is one that was shut down.
    """
    if getattr(_telling, 'now', False) and state == power_state.CRASHED:
        return power_state.SHUTDOWN
    return state


@dataclasses.dataclass
class Lifecycle:
    """Tells Nova what happens to one host's servers.

    :param replaces: whether a server gets another instance instead, which
        then begins
    """

    site: Site
    replaces: Callable[[Any, Change], bool] = _replaces_nothing
    _emit: Callable[[virtevent.Event], None] | None = None
    _news: dict[str, Change] = dataclasses.field(default_factory=dict)
    _changed: threading.Condition = dataclasses.field(
        default_factory=threading.Condition)
    _thread: threading.Thread | None = None

    def begin(self, emit: Callable[[virtevent.Event], None]) -> None:
        """Tell of all changes from now on.

        :param emit: Nova's ``emit_event``
        """
        self._emit = emit
        self.site.fleet.news.listen(self._note)

    def _note(self, change: Change) -> None:
        if _transition(change) is None:
            return
        with self._changed:
            self._news[change.uuid] = change
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, daemon=True, name='nova-ec2-lifecycle')
                self._thread.start()
            self._changed.notify()

    def before_sync(self) -> None:
        """Nova's power sync comes: it needs to be told of nothing.

        An event besides would have it stop a server twice. The user is told
        all the same.
        """
        self._handle(self._taken(), emit=False)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._news and not self._changed.wait(_IDLE):
                    self._thread = None
                    return
            time.sleep(_GATHER)
            self._handle(self._taken(), emit=True)

    def _taken(self) -> dict[str, Change]:
        with self._changed:
            news, self._news = self._news, {}
        return news

    def _handle(self, news: dict[str, Change], *, emit: bool) -> None:
        if not news:
            return
        try:
            self._tell(news, emit)
        except Exception:
            LOG.exception('Nova could not be told of the changes of %d '
                          'servers; its power sync sees them', len(news))

    def _tell(self, news: dict[str, Change], emit: bool) -> None:
        resting = objects.InstanceList.get_by_filters(
            nova_context.get_admin_context(),
            {'uuid': sorted(news), 'host': self.site.host,
             'task_state': None, 'deleted': False}, expected_attrs=[])
        for instance in resting:
            change = news[instance.uuid]
            if instance.power_state != _power(change):
                action, message = _sentence(change)
                LOG.info('%s', message, instance=instance)
                notices.write(instance, action, message)
                if not self.replaces(instance, change) and emit:
                    self._event(instance, change)

    def _event(self, instance: Any, change: Change) -> None:
        assert self._emit is not None
        with _told():
            self._emit(virtevent.LifecycleEvent(
                instance.uuid, _transition(change)))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    _telling.now = True
    try:
        yield
    finally:
        _telling.now = False


def _transition(change: Change) -> int | None:
    """Nova's event for a change; None for one on the way to another."""
    after = change.after
    if after is None or after.state.is_gone:
        gone = change.before.state.is_gone
        return None if gone else virtevent.EVENT_LIFECYCLE_STOPPED
    if after.state is ServerState.STOPPED:
        return virtevent.EVENT_LIFECYCLE_STOPPED
    if after.state is ServerState.RUNNING:
        return virtevent.EVENT_LIFECYCLE_STARTED
    return None


def _power(change: Change) -> int:
    if change.after is None:
        return int(power_state.CRASHED)
    return power.power_of(change.after.state)


def _sentence(change: Change) -> tuple[str, str]:
    """The name of the notice, and what it says."""
    after, instance_id = change.after, change.before.instance_id
    if after is None:
        return notices.TERMINATED, (
            f'Instance {instance_id} is no longer known to EC2')
    why = f': {reason}' if (reason := after.reason or after.reason_code) \
        else ''
    gone = after.state.is_gone
    if after.reason_code in TAKEN_BACK:
        verb = 'terminated' if gone else 'stopped'
        return notices.INTERRUPTED, (
            f'EC2 took spot instance {instance_id} back and {verb} it{why}')
    if gone:
        return notices.TERMINATED, (
            f'Instance {instance_id} was terminated outside of Nova{why}')
    if after.state is ServerState.STOPPED:
        return notices.STOPPED, (
            f'Instance {instance_id} stopped without Nova{why}')
    return notices.STARTED, (
        f'Instance {instance_id} was started outside of Nova')
