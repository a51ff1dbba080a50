# SPDX-License-Identifier: Apache-2.0
"""Directories that are made once and reused by later starts."""

import shutil
from collections.abc import Callable
from pathlib import Path

from localcloud.cloud import Cloud


def entry(cloud: Cloud, name: str, key: str) -> Path:
    """Where the thing ``name`` made from ``key`` is, once it was made."""
    return cloud.cache / f'{name}-{key}'


def fill(target: Path, make: Callable[[Path], None]) -> None:
    """Let ``make`` fill a directory; it appears only when it is whole.

    Entries of the same name and another key are removed.
    """
    name = target.name.rpartition('-')[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    for other in target.parent.glob(f'{name}-*'):
        shutil.rmtree(other)
    part = target.with_name(f'{target.name}.part')
    part.mkdir()
    make(part)
    part.rename(target)
