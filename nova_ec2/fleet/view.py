# SPDX-License-Identifier: Apache-2.0
"""One view of the fleet: which server runs where, as EC2 said last.

EC2 is the truth and its tags decide who owns what; the view is a copy with a
known age. A failed read changes nothing in it. A server that is missing from
one listing is asked for by id before anybody is told that it is gone.
"""

import dataclasses
import threading
import time

import cachetools
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import instances
from nova_ec2.fleet import ttl, waits
from nova_ec2.fleet.hands import Hands
from nova_ec2.fleet.news import News
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server, ServerState

LOG = logging.getLogger(__name__)

# Terminated servers that are remembered, so that asking again costs no call.
_GONE_REMEMBERED = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class FleetSettings:
    """Whose servers, and how often they are read.

    :param sweep_interval: seconds between two full listings
    :param transition_interval: seconds between two reads of changing servers
    """

    cloud_id: str
    host: str
    sweep_interval: float = 60
    transition_interval: float = 2


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    """What was read of a server last, when, and when it was first seen."""

    server: Server
    noted: float
    first: float


class Fleet:
    """The servers of one host in one account and Region, by Nova uuid.

    :ivar news: tells of changes of state
    """

    def __init__(self, api: instances.Instances,
                 settings: FleetSettings) -> None:
        self.settings = settings
        self._api = api
        self.reader: waits.Reader[Server] = waits.Reader(
            'instance', api.describe, settings.transition_interval,
            seen=self.note)
        self._lock = threading.RLock()
        self._sweeping = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._gone: cachetools.LRUCache[str, Server] = cachetools.LRUCache(
            _GONE_REMEMBERED)
        self._doubtful: cachetools.LRUCache[str, bool] = (
            cachetools.LRUCache(_GONE_REMEMBERED))
        self._hands = Hands(settings.cloud_id, settings.host)
        self._sweep_begun = float('-inf')
        self.news = News()

    # What the view holds

    def note(self, server: Server) -> None:
        """Take over what EC2 said of one server, if it is ours."""
        owner = server.owner
        if owner is None:
            return
        with self._lock:
            if self._ours(server, owner.server_uuid):
                self._put(server, time.monotonic())
            elif self._holds(server):
                self._drop(owner.server_uuid)

    def _holds(self, server: Server) -> bool:
        entry = self._entries.get(server.owner.server_uuid
                                  if server.owner else '')
        return (entry is not None
                and entry.server.instance_id == server.instance_id)

    def hand_over(self, uuid: str) -> None:
        """A server is another host's from now on."""
        with self._lock:
            entry = self._entries.pop(uuid, None)
            if entry is not None:
                self._hands.changed(entry.server.instance_id, ours=False)

    def take_over(self, server: Server) -> None:
        """A server of another host is ours from now on."""
        with self._lock:
            self._hands.changed(server.instance_id, ours=True)
            self._put(server, time.monotonic())

    def _drop(self, uuid: str) -> None:
        """What the tags call another's, or nobody's, leaves the view."""
        LOG.info('Server %s has left %s', uuid, self.settings.host)
        del self._entries[uuid]

    def _put(self, server: Server, now: float) -> None:
        assert server.owner is not None
        uuid = server.owner.server_uuid
        known = self._entries.get(uuid)
        if server.state is ServerState.TERMINATED:
            if known is None or (known.server.instance_id
                                 == server.instance_id):
                self._entries.pop(uuid, None)
                self._gone[uuid] = server
                self.news.tell(uuid, known.server if known else None, server)
            return
        gone = self._gone.get(uuid)
        if gone is not None and gone.instance_id == server.instance_id:
            return  # An older answer: nothing comes back from there.
        self._gone.pop(uuid, None)
        same = known and known.server.instance_id == server.instance_id
        self._entries[uuid] = _Entry(
            server, now, known.first if known and same else now)
        self.news.tell(uuid, known.server if known and same else None, server)

    def _ours(self, server: Server, uuid: str) -> bool:
        with self._lock:
            return self._hands.hold(server, uuid)

    # Reading it

    def servers(self) -> list[Server]:
        """All servers that are not terminated, at most one sweep old.

        :raises FleetUnavailable: the sweep that was due failed
        """
        self._sweep_if_due()
        with self._lock:
            return [entry.server for entry in self._entries.values()]

    def held(self) -> list[Server]:
        """All servers that the view holds, however old; asks nobody."""
        with self._lock:
            return [entry.server for entry in self._entries.values()]

    def cached(self, uuid: str) -> Server | None:
        """What is known of a server, at most one sweep old.

        :returns: a terminated server as such while it is remembered; None
            where the view knows nothing, which does not mean that it is gone
        :raises FleetUnavailable: the sweep that was due failed
        """
        self._sweep_if_due()
        return self.known(uuid)

    def known(self, uuid: str) -> Server | None:
        """What the view holds, however old; asks nobody."""
        with self._lock:
            entry = self._entries.get(uuid)
            return entry.server if entry else self._gone.get(uuid)

    def recent(self, uuid: str) -> Server | None:
        """A server that stays as it is and was read a moment ago.

        A moment is the time between two reads of what changes: whoever waits
        for a change sees it no earlier.
        """
        with self._lock:
            entry = self._entries.get(uuid)
        if (entry is None or not entry.server.state.is_settled
                or time.monotonic() - entry.noted
                > self.settings.transition_interval):
            return None
        return entry.server

    def locate(self, uuid: str, instance_id: str = '') -> Server | None:
        """Ask EC2 for a server: by id, then by tag; begun after this call.

        :param instance_id: where it was last; only a hint, the tags decide
        :returns: None where EC2 certainly has no such server of ours; a
            terminated one is returned as long as EC2 shows it
        :raises FleetUnavailable: EC2 could not be asked
        """
        known = self.known(uuid)
        gone = known if known and known.state.is_gone else None
        for candidate in dict.fromkeys(
                (known.instance_id if known else '', instance_id)):
            server = self._read(uuid, candidate) if candidate else None
            if server and self._ours(server, uuid):
                if not server.state.is_gone:
                    return server
                gone = server
            elif server and not server.state.is_gone:
                LOG.warning('Instance %s of server %s is not tagged as one '
                            'of %s: it is left alone', candidate, uuid,
                            self.settings.host)
        return self._by_tag(uuid) or gone

    def _read(self, uuid: str, instance_id: str) -> Server | None:
        """Read one id; a server just launched gets time to become visible."""
        server = self.reader.fresh(instance_id)
        patience = self._patience(uuid, instance_id)
        if server is not None or patience <= 0:
            return server
        try:
            return self.reader.wait(instance_id,
                                    lambda seen: seen is not None, patience)
        except exc.WaitTimedOut:
            return None

    def _patience(self, uuid: str, instance_id: str) -> float:
        """Seconds for which EC2 may still not know an id."""
        with self._lock:
            entry = self._entries.get(uuid)
        if entry is None or entry.server.instance_id != instance_id:
            return 0.0
        return entry.first + ttl.VISIBILITY - time.monotonic()

    def doubt(self, uuid: str) -> None:
        """A launch with others may or may not have made this server.

        Such a server may carry its launch's manifest only, so looking for it
        must look there, too.
        """
        with self._lock:
            self._doubtful[uuid] = True

    def _by_tag(self, uuid: str) -> Server | None:
        with self._lock:
            doubtful = uuid in self._doubtful
        try:
            found = self._api.find({
                tag_keys.CLOUD: self.settings.cloud_id,
                tag_keys.SERVER: uuid})
            if doubtful:
                found += self._api.find({
                    tag_keys.CLOUD: self.settings.cloud_id,
                    tag_keys.HOST: self.settings.host}, tag_keys.MANIFEST_0)
        except exc.NovaEC2Error as error:
            raise exc.FleetUnavailable(
                f'server {uuid} could not be looked up by its tags: {error}'
            ) from error
        ours = [server for server in found if self._ours(server, uuid)]
        ours.sort(key=lambda server: (not server.state.is_gone,
                                      str(server.launch_time)))
        for server in ours:
            self.note(server)
        return ours[-1] if ours else None

    def forget(self, uuid: str) -> None:
        """Drop a server that Nova no longer has.

        That it is terminated stays known: a listing under way may still show
        it.
        """
        with self._lock:
            self._entries.pop(uuid, None)

    # The sweep

    def _sweep_if_due(self) -> None:
        age = time.monotonic() - self._sweep_begun
        if age > self.settings.sweep_interval:
            self.sweep()

    def sweep(self) -> None:
        """List all servers of this host anew.

        Whoever comes while a sweep is under way waits for it and then has
        one begun after the call; many share it.

        :raises FleetUnavailable: the listing failed; the view is unchanged
        """
        asked = time.monotonic()
        with self._sweeping:
            if self._sweep_begun < asked:
                self._sweep()

    def _sweep(self) -> None:
        begun = time.monotonic()
        try:
            listed = self._api.sweep({
                tag_keys.CLOUD: self.settings.cloud_id,
                tag_keys.HOST: self.settings.host})
            missing = self._missing(listed, begun)
            asked_by_id = self._api.describe(missing) if missing else {}
        except exc.NovaEC2Error as error:
            raise exc.FleetUnavailable(
                f'the servers of {self.settings.host} could not be listed: '
                f'{error}') from error
        self._merge(listed, missing, asked_by_id, begun)
        self._sweep_begun = begun

    def _missing(self, listed: list[Server], begun: float) -> list[str]:
        """Ids that the view has, the listing has not, and time explains not.
        """
        ids = {server.instance_id for server in listed}
        with self._lock:
            return [entry.server.instance_id
                    for entry in self._entries.values()
                    if entry.server.instance_id not in ids
                    and entry.noted < begun][:instances.PAGE]

    def _merge(self, listed: list[Server], missing: list[str],
               asked_by_id: dict[str, Server], begun: float) -> None:
        strangers: set[str] = set()
        with self._lock:
            for server in listed + list(asked_by_id.values()):
                uuid = server.owner.server_uuid if server.owner else ''
                entry = self._entries.get(uuid)
                if not self._ours(server, uuid):
                    strangers.add(server.instance_id)
                    continue
                # What was noted since the sweep began is newer than it.
                if entry is None or entry.noted < begun:
                    self._put(server, begun)
            unknown = set(missing) - set(asked_by_id)
            for uuid, entry in list(self._entries.items()):
                # Its tags may now name another host or server, or nobody.
                if (entry.server.instance_id in strangers
                        and entry.noted < begun):
                    self._drop(uuid)
                elif (entry.server.instance_id in unknown
                        and begun - entry.first > ttl.VISIBILITY):
                    LOG.warning('EC2 no longer knows instance %s of server '
                                '%s', entry.server.instance_id, uuid)
                    del self._entries[uuid]
                    self.news.tell(uuid, entry.server, None)
