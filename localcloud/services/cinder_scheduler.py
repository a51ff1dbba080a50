# SPDX-License-Identifier: Apache-2.0
"""Cinder's scheduler."""

from localcloud.cinder_service import CinderService


class CinderScheduler(CinderService):
    """Chooses the back end of each volume, by zone and type."""

    name = 'cinder-scheduler'
