# SPDX-License-Identifier: Apache-2.0
"""Where a local cloud lives: directories, ports and passwords."""

import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from localcloud import errors, secretfile

ROOT = Path(__file__).resolve().parent.parent
HOST = '127.0.0.1'
DEFAULT_PORT_BASE = 21700
PORT_NAMES = (
    'mariadb', 'epmd', 'rabbitmq', 'rabbitmq-distribution', 'keystone',
    'placement', 'glance', 'neutron', 'nova', 'heat', 'heat-cfn', 'emulator',
    'horizon', 'cinder')
PASSWORDS = (
    'database', 'rabbitmq', 'erlang-cookie', 'admin', 'demo', 'research',
    'service', 'heat-domain', 'heat-encryption', 'horizon', 'metadata')
REGION = 'RegionOne'


@dataclasses.dataclass(frozen=True)
class Cloud:
    """One local cloud on this machine.

    :param home: its state; removed and made anew by every start
    :param cache: what survives, to make the next start quick
    :param port_base: the services take the next dozen ports from here
    :param passwords: one for each of PASSWORDS, made at start
    :param nova: options of all of Nova's services beside the usual, by group
    :param cinder: likewise for Cinder's
    :param neutron: likewise for Neutron's
    """

    home: Path
    cache: Path
    port_base: int
    passwords: Mapping[str, str] = dataclasses.field(
        default_factory=dict, repr=False)
    nova: Mapping[str, Mapping[str, object]] = dataclasses.field(
        default_factory=dict)
    cinder: Mapping[str, Mapping[str, object]] = dataclasses.field(
        default_factory=dict)
    neutron: Mapping[str, Mapping[str, object]] = dataclasses.field(
        default_factory=dict)

    def port(self, name: str) -> int:
        """The TCP port of a service, named as in PORT_NAMES."""
        return self.port_base + PORT_NAMES.index(name)

    def url(self, name: str) -> str:
        """Where an HTTP service answers, without a slash at the end."""
        return f'http://{HOST}:{self.port(name)}'

    @property
    def etc(self) -> Path:
        """Configuration files, readable by the owner only."""
        return self.home / 'etc'

    @property
    def logs(self) -> Path:
        """One file a service."""
        return self.home / 'logs'

    def log(self, name: str) -> Path:
        """The log of a service or a step."""
        return self.logs / f'{name}.log'

    def state(self, name: str) -> Path:
        """A directory for what a service writes itself."""
        directory = self.home / 'state' / name
        directory.mkdir(parents=True, exist_ok=True)
        return directory


def environment_file(name: str) -> Path:
    """A file that a package put below ``etc`` of this environment."""
    return Path(sys.prefix) / 'etc' / name


def script(name: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(sys.prefix) / 'bin' / name)


def load() -> Cloud:
    """The cloud of this checkout; without passwords before a start.

    :raises CloudError: LOCALCLOUD_PORT_BASE is no usable port
    """
    build = ROOT / 'build'
    home = build / 'cloud'
    return Cloud(home=home, cache=build / 'cache', port_base=_port_base(),
                 passwords=secretfile.read(home / 'secrets.json'))


def _port_base() -> int:
    text = os.environ.get('LOCALCLOUD_PORT_BASE', '')
    if not text:
        return DEFAULT_PORT_BASE
    highest = 65535 - len(PORT_NAMES)
    if not text.isdigit() or not 1024 <= int(text) <= highest:
        raise errors.CloudError(
            f'LOCALCLOUD_PORT_BASE={text}: a number from 1024 to {highest} '
            'is needed')
    return int(text)
