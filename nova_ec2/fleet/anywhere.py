# SPDX-License-Identifier: Apache-2.0
"""A server of this cloud, whichever of its hosts has it."""

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.instances import Instances
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server


def locate(api: Instances, cloud_id: str, uuid: str) -> Server | None:
    """Ask EC2 for a server by its tags, but not by its host's.

    :returns: a living one if there is any, else one that is terminated,
        else None
    :raises FleetUnavailable: EC2 could not be asked
    """
    try:
        found = api.find({tag_keys.CLOUD: cloud_id, tag_keys.SERVER: uuid})
    except exc.NovaEC2Error as error:
        raise exc.FleetUnavailable(
            f'server {uuid} could not be looked up by its tags: {error}'
        ) from error
    found.sort(key=lambda server: (not server.state.is_gone,
                                   str(server.launch_time)))
    return found[-1] if found else None
