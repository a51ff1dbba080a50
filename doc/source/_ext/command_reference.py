# SPDX-License-Identifier: Apache-2.0
"""``.. command_reference::``: every command of ``nova-ec2``, from its code.

cliff's own directive finds commands by entry points only, and repeats the
options for output with each command.
"""

from cliff import sphinxext

from nova_ec2.cmd import main

OUTPUT = ['-f', '-c', '--quote', '--noindent', '--max-width', '--fit-width',
          '--print-empty', '--sort-column', '--sort-ascending',
          '--sort-descending']


class CommandReference(sphinxext.AutoprogramCliffDirective):
    """All commands of our own list."""

    required_arguments = 0

    def _get_ignored_opts(self):
        return [*super()._get_ignored_opts(), *OUTPUT]

    def _load_app(self):
        return None

    def _load_commands(self):
        manager = main.manager()
        return {name: self._load_command(manager, name)
                for name in manager.commands}


def setup(app):
    """Sphinx's entry."""
    sphinxext.setup(app)
    app.add_directive('command_reference', CommandReference)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
