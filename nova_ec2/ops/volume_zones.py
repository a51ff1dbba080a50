# SPDX-License-Identifier: Apache-2.0
"""Volumes and servers meet in one zone: Nova sees to it, if it is told to."""

from typing import Any

from oslo_log import log as logging

LOG = logging.getLogger(__name__)


def look(conf: Any) -> None:
    """Warn where Nova would let volumes and servers of two zones meet.

    EC2 attaches within a zone. With ``[cinder] cross_az_attach`` at its
    default Nova makes volumes in no zone in particular, and lets servers be
    built anywhere for volumes that exist; what does not fit is refused when
    it is attached, after the server was scheduled.
    """
    if conf.cinder.cross_az_attach:
        LOG.warning(
            '[cinder] cross_az_attach is True: Nova does not bring servers '
            'and Cinder volumes together in one zone, and EC2 attaches in no '
            'other way. Where there are volumes set it to False here and in '
            'the nova.conf of nova-api, with the same names of zones in Nova '
            'and Cinder.')
