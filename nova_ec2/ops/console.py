# SPDX-License-Identifier: Apache-2.0
"""get_console_output: what the guest wrote to its console."""

import dataclasses
from typing import Any

from nova_ec2.ops import errors
from nova_ec2.ops.context import Site, living


@dataclasses.dataclass(frozen=True)
class Console:
    """Reads consoles of one host's servers."""

    site: Site

    def output(self, instance: Any) -> bytes:
        """The latest console output (EC2: GetConsoleOutput).

        :returns: at most 64 KB; empty until EC2 has collected some, which
            takes it a minute or more after the start
        """
        with errors.as_nova(instance):
            server = self.site.fleet.cached(instance.uuid)
            if server is None:
                server = self.site.locate(instance)
            return self.site.ec2.instances.console_output(
                living(server, instance).instance_id)
