# SPDX-License-Identifier: Apache-2.0
"""An EC2 for each test, and the configuration that leads to it.

Nova's TestCase uses this fixture in every test, before any service starts.
"""

import functools
import importlib.metadata
from typing import Any

from nova.tests.fixtures import conf as conf_fixture

from nova_ec2 import conf as ec2_conf
from tests.conformance.nova import ec2
from tests.conformance.nova.zone import Zone
from tests.functional.fixtures.threads import DriverThreads

PATIENCE = 60
"""Seconds; longer than Nova's tests wait for anything."""


class Configuration(conf_fixture.ConfFixture):
    """Nova's configuration fixture, with the group [ec2] filled in."""

    def setUp(self) -> None:
        super().setUp()
        ec2_conf.register_opts(self.conf)
        self.useFixture(DriverThreads())
        self.useFixture(Zone())
        self._set('wsgi', api_paste_config=_api_paste())
        emulator = ec2.start(self)
        self._set('ec2', cloud_id=ec2.CLOUD, region_name='us-east-1',
                  availability_zone=ec2.ZONE, subnet_id=emulator.subnet_id,
                  endpoint_url=emulator.endpoint_url,
                  access_key_id=emulator.access_key_id,
                  secret_access_key=emulator.secret_access_key,
                  sweep_interval=0.2, transition_interval=0.05,
                  image_interval=0.05, launch_timeout=PATIENCE,
                  # Bootable volumes of Nova's fixture name no image.
                  placeholder_images={'x86_64': emulator.small_ami},
                  **_serial_console(emulator))

    def _set(self, group: str, **values: Any) -> None:
        for name, value in values.items():
            self.conf.set_default(name, value, group=group)


def _serial_console(emulator: ec2.Emulator) -> dict[str, Any]:
    """Where it is; tests that want one enable it in [serial_console]."""
    emulator.ec2.enable_serial_console_access()
    server = emulator.control.serial()
    return {'serial_console_endpoint': f'127.0.0.1:{server["port"]}',
            'serial_console_fingerprints': [server['fingerprint']]}


@functools.cache
def _api_paste() -> str:
    """The api-paste.ini that an installed Nova brings along."""
    return next(str(file.locate())
                for file in importlib.metadata.files('nova') or ()
                if file.name == 'api-paste.ini')
