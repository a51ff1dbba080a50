# SPDX-License-Identifier: Apache-2.0
"""``python -m nova_ec2.emulator``: serve until interrupted."""

import argparse
import dataclasses
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

from nova_ec2.emulator import settings as knobs


def parser() -> argparse.ArgumentParser:
    """The command line: a flag for each setting that has a plain value."""
    made = argparse.ArgumentParser(
        prog='python -m nova_ec2.emulator',
        description='An EC2 on 127.0.0.1 to test against. It never talks to '
                    'AWS. Its one key pair, valid here only, is '
                    f'{knobs.DEFAULT_ACCESS_KEY} / '
                    f'{knobs.DEFAULT_SECRET_KEY}.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument('--port', type=int, default=0,
                      help='TCP port; 0 takes any free one')
    helps = _helps()
    for field in dataclasses.fields(knobs.Settings):
        default = field.default
        if isinstance(default, tuple):
            continue
        flag = '--' + field.name.replace('_', '-')
        options: dict[str, Any] = {'default': default,
                                   'help': helps[field.name]}
        if isinstance(default, bool):
            made.add_argument(
                flag, action=argparse.BooleanOptionalAction, **options)
        else:
            made.add_argument(flag, type=type(default), **options)
    return made


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    options = vars(parser().parse_args(argv))
    port = options.pop('port')
    logging.basicConfig(format='%(asctime)s %(levelname)s %(message)s')
    _forget_aws()
    with _Progress('starting the EC2 emulator'):
        from nova_ec2.emulator.server import Emulator
        try:
            emulator = Emulator(knobs.Settings(**options), port).start()
        except OSError as error:
            print(f'cannot listen on 127.0.0.1:{port}: {error}',
                  file=sys.stderr)
            return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(f'EC2 emulator ready at {emulator.endpoint_url}', flush=True)
    while not stop.wait(3600):
        pass
    emulator.stop()
    return 0


def _forget_aws() -> None:
    """Drop what this shell knows of AWS: moto would read profiles."""
    for name in [name for name in os.environ if name.startswith('AWS_')]:
        del os.environ[name]
    os.environ['AWS_CONFIG_FILE'] = os.devnull
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = os.devnull
    os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'


def _helps() -> dict[str, str]:
    """What the docstring of Settings says of each."""
    texts: dict[str, str] = {}
    for part in (knobs.Settings.__doc__ or '').split(':param ')[1:]:
        name, _, text = part.partition(':')
        texts[name] = ' '.join(text.split()).replace('%', '%%')
    return texts


class _Progress:
    """A line on stderr when something takes longer than a second."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._timer = threading.Timer(1, self._say)
        self._began = time.monotonic()

    def _say(self) -> None:
        print(f'{self._what} ...', file=sys.stderr, flush=True)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exc_info: object) -> None:
        self._timer.cancel()


if __name__ == '__main__':
    sys.exit(main())
