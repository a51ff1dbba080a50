# SPDX-License-Identifier: Apache-2.0
"""cinder-volume: a process for each back end, and one that watches them."""

from localcloud.cinder_service import CinderService
from localcloud.config import cinder


class CinderVolume(CinderService):
    """Makes volumes, on EBS with this project's driver."""

    name = 'cinder-volume'
    needs = (*CinderService.needs, 'emulator', 'burst-rules')

    def processes(self) -> int:
        return len(cinder.backends(self.cloud))
