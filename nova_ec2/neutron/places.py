# SPDX-License-Identifier: Apache-2.0
"""Where on EC2 a port is: what nova-compute wrote into its binding profile.

Only services and administrators can write there.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from neutron_lib.api.definitions import portbindings

KEY = 'ec2'


@dataclasses.dataclass(frozen=True, slots=True)
class PortPlace:
    """A port on EC2.

    :param interface_id: ``eni-...``, '' until its server is launched
    """

    vpc_id: str
    subnet_id: str = ''
    zone: str = ''
    interface_id: str = ''


def of_port(port: Mapping[str, Any]) -> PortPlace | None:
    """Where a port is, as the API shows it; None where not on EC2.

    A port without a server is nowhere: nova-api clears that when it deletes
    a server while its nova-compute is down, and leaves the profile.
    """
    if not port.get('device_id'):
        return None
    return _read(port.get(portbindings.PROFILE) or {})


def of_profile(text: str) -> PortPlace | None:
    """The same from the database's column."""
    try:
        return _read(json.loads(text) if text else {})
    except ValueError:
        return None


def _read(profile: Any) -> PortPlace | None:
    told = profile.get(KEY) if isinstance(profile, dict) else None
    if not isinstance(told, dict) or not told.get('vpc_id'):
        return None
    return PortPlace(**{
        field.name: str(told.get(field.name) or '')
        for field in dataclasses.fields(PortPlace)})
