# SPDX-License-Identifier: Apache-2.0
"""``python -m tests.benchmarks``: what ``make bench`` calls."""

import argparse
import signal
import sys
from pathlib import Path

from tests.benchmarks import machine, plots, report, runner

_BUILD = Path(__file__).resolve().parents[2] / 'build'


def main() -> int:
    """Measure, write and show; fails only if a benchmark could not run."""
    options = _options()
    names = options.only or [one.name for one in runner.BENCHMARKS]
    about = machine.about()
    outcomes = runner.run(names, options.quick)
    content = report.merged(options.json, report.document(
        about, outcomes, options.quick))
    report.write(options.json, content)
    report.show(content)
    pictures = options.docs or options.json.parent / 'bench'
    for picture in plots.draw(content['figures'], pictures):
        print(f'plot: {picture}')
    if options.docs:
        report.write_csv(options.docs / 'figures.csv', content)
    print(f'all of it: {options.json}')
    return 1 if content['could_not_run'] else 0


def _options() -> argparse.Namespace:
    known = ', '.join(f'{one.name} ({one.about})'
                      for one in runner.BENCHMARKS)
    parser = argparse.ArgumentParser(
        prog='python -m tests.benchmarks',
        description=f'Measure the driver. There are: {known}.')
    parser.add_argument('--only', type=_names, metavar='NAME,NAME',
                        help='run only these')
    parser.add_argument('--quick', action='store_true',
                        help='small sizes, to see whether it works')
    parser.add_argument('--json', type=Path, default=_BUILD / 'bench.json',
                        help='where the figures go; plots beside it')
    parser.add_argument('--docs', type=Path, metavar='DIRECTORY',
                        help='put plots and a table for the documentation '
                             'there')
    return parser.parse_args()


def _names(text: str) -> list[str]:
    known = [one.name for one in runner.BENCHMARKS]
    names = [name for name in text.split(',') if name]
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(
                f'there is no {name}; there are {", ".join(known)}')
    return names


if __name__ == '__main__':
    # Ended from outside, it still cleans up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit('interrupted')
