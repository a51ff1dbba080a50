# SPDX-License-Identifier: Apache-2.0
"""Passwords, and files that only their owner can read."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

LENGTH = 16
"""Bytes of randomness; 32 hexadecimal digits, as Heat's key must have."""


def write(path: Path, text: str) -> Path:
    """Write a file with mode 0600; it is whole whenever it can be seen.

    Several threads may write the same file, as services that share one do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix='.part-')
    with os.fdopen(descriptor, 'w') as stream:
        stream.write(text)
    os.replace(part, path)
    return path


def make(names: Iterable[str]) -> dict[str, str]:
    """A new random password for each name."""
    return {name: secrets.token_hex(LENGTH) for name in names}


def read(path: Path) -> dict[str, str]:
    """What was written for a running cloud, empty if there is none."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}


def save(path: Path, passwords: dict[str, str]) -> None:
    """Keep the passwords of a running cloud."""
    write(path, json.dumps(passwords, indent=2))
