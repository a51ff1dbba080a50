# SPDX-License-Identifier: Apache-2.0
"""Passwords, and files that only their owner can read."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

LENGTH = 16
"""Bytes of randomness; 32 hexadecimal digits, as Heat's key must have."""


def write(path: Path, text: str) -> Path:
    """Write a file with mode 0600 that never has another, even briefly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w') as stream:
        stream.write(text)
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
