# SPDX-License-Identifier: Apache-2.0
"""AMIs of one account for servers in another of the same cloud.

Only snapshots of servers are lent, once it is known that they boot through
the image that was asked for, whose visibility Glance guards. EC2 shows tags
to the owner only, so that is decided by what the owner sees.
"""

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Seconds until EC2 shows this account an AMI that was just lent to it.
_PATIENCE = 60.0


def borrow(site: Site, image: Image) -> None:
    """Have an AMI that was checked launchable in a site's account.

    :raises ImageRefused: it is another account's and is not lent; says whose
    """
    catalogue = site.catalogue
    neighbours = catalogue.neighbours
    if neighbours is None or not catalogue.is_unseen(image.image_id):
        return
    owner = neighbours.name(image.owner_id)
    if tag_keys.IMAGE not in image.tags:
        raise exc.ImageRefused(
            f'{image.image_id} is of {owner} and is not shared with '
            f'{neighbours.own}, in which this project has its servers; '
            f'share it on EC2 (launch permission), or use another image')
    try:
        neighbours.share(image)
        site.images.wait(image.image_id, lambda seen: seen is not None,
                         _PATIENCE)
    except (exc.AWSError, exc.AccountUnavailable) as error:
        raise exc.ImageRefused(
            f'{image.image_id} is of {owner} and could not be shared with '
            f'{neighbours.own}: {error}') from error
    LOG.info('%s of %s may be launched in %s', image.image_id, owner,
             neighbours.own)
    catalogue.seen(image.image_id)


def check_own(site: Site, image: Image) -> None:
    """Refuse an AMI whose snapshot is another account's.

    Launch permission lets nobody make volumes of the snapshots behind it.

    :raises ImageRefused: names both accounts
    """
    neighbours = site.catalogue.neighbours
    if neighbours is not None and neighbours.include(image.owner_id):
        raise exc.ImageRefused(
            f'{image.image_id} is of {neighbours.name(image.owner_id)}, and '
            f'the server is in {neighbours.own}, which can launch it and not '
            f'make a volume of it; rescue with another image '
            f'(rescue_image_ref)')
