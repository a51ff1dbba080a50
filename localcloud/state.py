# SPDX-License-Identifier: Apache-2.0
"""Which processes a cloud consists of: build/cloud/state.json."""

import json
import threading
from pathlib import Path

from localcloud.process import Process


class Table:
    """The processes by service name, kept in a file that is always whole."""

    def __init__(self, home: Path) -> None:
        self._path = home / 'state.json'
        self._lock = threading.Lock()
        self._processes = self._load()

    def add(self, name: str, process: Process) -> None:
        """Remember the process of a service."""
        with self._lock:
            self._processes[name] = process
            self._save()

    def all(self) -> dict[str, Process]:
        """Every service that was started, alive or not."""
        with self._lock:
            return dict(self._processes)

    def dead(self) -> list[str]:
        """The services whose process ended."""
        return [name for name, process in self.all().items()
                if not process.alive()]

    def _load(self) -> dict[str, Process]:
        try:
            rows = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: Process(**row) for name, row in rows.items()}

    def _save(self) -> None:
        text = json.dumps({
            name: {'pid': process.pid, 'started': process.started}
            for name, process in self._processes.items()}, indent=2)
        part = self._path.with_suffix('.part')
        part.write_text(text)
        part.replace(self._path)
