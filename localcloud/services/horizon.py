# SPDX-License-Identifier: Apache-2.0
"""Horizon, unmodified, with heat-dashboard's panels."""

from pathlib import Path

from localcloud import static
from localcloud.cloud import Cloud
from localcloud.service import HttpService


class Horizon(HttpService):
    """The dashboard.

    :param collected: its static files
    """

    name = 'horizon'
    needs = ('keystone',)
    ports = ('horizon',)
    application = 'localcloud.horizon_app:application'
    path = '/auth/login/'

    def __init__(self, cloud: Cloud, collected: Path) -> None:
        super().__init__(cloud)
        self._collected = collected

    def environment(self) -> dict[str, str]:
        return static.environment(self.cloud, self._collected)
