# SPDX-License-Identifier: Apache-2.0
"""``python -m localcloud up|status|down|demo``."""

import argparse
import logging
import signal
import sys

from localcloud import errors, lifecycle, progress
from localcloud.cloud import HOST
from localcloud.demo.keep import Keep


def main() -> int:
    """Run one command; 0 is success."""
    parser = argparse.ArgumentParser(
        prog='localcloud', description='A one-machine OpenStack with a '
        'private host and an EC2 host.')
    commands = parser.add_subparsers(dest='command', required=True)
    commands.add_parser('up', help='start it, or start it anew')
    commands.add_parser('status', help='show its services')
    commands.add_parser('down', help='end it')
    demo = commands.add_parser('demo', help='show servers bursting onto EC2')
    demo.add_argument('--keep', choices=Keep, type=Keep,
                      default=Keep.NOTHING, help='what is left running')
    options = parser.parse_args()
    # The SDK's and selenium's own words are of no use to the user.
    logging.disable(logging.WARNING)
    # So that what was started is ended, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return COMMANDS[options.command](options)
    except errors.CloudError as error:
        progress.say(f'ERROR: {error}')
        return 1
    except KeyboardInterrupt:
        progress.say('interrupted')
        return 130


def _up(_options: argparse.Namespace) -> int:
    here = lifecycle.up()
    progress.say('the local cloud is up')
    print(f'    source {here.home}/openrc    # then use openstack; '
          'openrc-admin for admin')
    print(f'    http://{HOST}:{here.port("horizon")}/    # Horizon, user '
          f'demo, OS_PASSWORD of openrc')
    return 0


def _down(_options: argparse.Namespace) -> int:
    lifecycle.down()
    return 0


def _status(_options: argparse.Namespace) -> int:
    return lifecycle.status()


def _demo(options: argparse.Namespace) -> int:
    from localcloud.demo import show
    return show.run(keep=options.keep)


COMMANDS = {'up': _up, 'down': _down, 'status': _status, 'demo': _demo}

if __name__ == '__main__':
    sys.exit(main())
