# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2``: the operator's command line.

It reads the ``[ec2...]`` groups of nova.conf as the services do, and knows
the cloud by ``OS_CLOUD`` or the other ``OS_*`` variables.
"""

import argparse
import functools
import importlib.metadata
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from cliff import app, commandmanager
from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.cmd import commands

NAME = 'nova-ec2'


class App(app.App):
    """The command line; what is common to its commands.

    cliff prints any error of a command as one line and exits with 1; with
    ``--debug`` it shows the traceback.
    """

    NAME = NAME
    # Warnings and errors; -v adds what is told on the way.
    DEFAULT_VERBOSE_LEVEL = 0

    def __init__(self, stdout: TextIO | None = None,
                 stderr: TextIO | None = None) -> None:
        super().__init__(
            description='Amazon EC2 as one more hypervisor: prices, flavors, '
                        'budgets, bills and servers.',
            version=importlib.metadata.version('nova-ec2'),
            command_manager=manager(), stdout=stdout, stderr=stderr,
            deferred_help=True)

    def build_option_parser(self, description: str | None,
                            version: str | None,
                            argparse_kwargs: dict[str, Any] | None = None
                            ) -> argparse.ArgumentParser:
        """cliff's options and those of oslo.config."""
        parser: argparse.ArgumentParser = super().build_option_parser(
            description, version, argparse_kwargs)
        parser.add_argument(
            '--config-file', action='append', default=[], metavar='PATH',
            help='Configuration file to read, of nova-compute for instance; '
                 'may be given several times. Without it nova.conf and '
                 'nova-ec2.conf are looked for where Nova looks.')
        parser.add_argument(
            '--config-dir', action='append', default=[], metavar='DIR',
            help='Directory with .conf files to read after those.')
        return parser

    @functools.cached_property
    def conf(self) -> cfg.ConfigOpts:
        """The configuration, read when a command first looks.

        :raises ConfigurationError: a file is missing or has a mistake
        """
        arguments = [
            word for option in ('config_file', 'config_dir')
            for path in getattr(self.options, option)
            for word in (f'--{option.replace("_", "-")}', path)]
        conf = cfg.ConfigOpts()
        ec2_conf.register_opts(conf)
        try:
            conf(arguments, project='nova', prog=NAME)
        except cfg.Error as error:
            raise exc.ConfigurationError(str(error)) from error
        return conf


def manager() -> commandmanager.CommandManager:
    """All commands, none of them imported."""
    known = commandmanager.CommandManager()
    known.commands.update({
        name: importlib.metadata.EntryPoint(name, where, NAME)
        for name, where in commands.COMMANDS.items()})
    return known


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``nova-ec2``.

    :param arguments: without the name of the program
    :returns: its exit code
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    return int(App().run(words or ['help']))


if __name__ == '__main__':
    sys.exit(main())
