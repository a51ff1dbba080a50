# SPDX-License-Identifier: Apache-2.0
"""One benchmark in a process of its own: ``NAME FILE [--quick]``."""

import dataclasses
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from localcloud import errors


def main() -> None:
    """Run a benchmark; the file always holds what it has found so far."""
    name, file, *flags = sys.argv[1:]
    module = importlib.import_module(f'tests.benchmarks.{name}')
    rows: list[dict[str, Any]] = []
    Path(file).write_text('[]')
    try:
        for figure in module.run('--quick' in flags):
            rows.append(dataclasses.asdict(figure))
            Path(file).write_text(json.dumps(rows))
    except errors.CloudError as error:
        sys.exit(f'{name}: {error}')
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
