# SPDX-License-Identifier: Apache-2.0
"""One benchmark in a process of its own: ``NAME FILE [--quick]``."""

import dataclasses
import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Run a benchmark and write its figures."""
    name, file, *flags = sys.argv[1:]
    module = importlib.import_module(f'tests.benchmarks.{name}')
    figures = module.run('--quick' in flags)
    Path(file).write_text(json.dumps(
        [dataclasses.asdict(figure) for figure in figures]))


if __name__ == '__main__':
    main()
