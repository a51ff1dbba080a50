# SPDX-License-Identifier: Apache-2.0
"""AMIs whose Glance image was deleted go, with their EBS snapshots.

Glance tells nobody here of a deletion, so it is asked now and then. "Not
found" is no proof: that is also what Glance says of an image that the asker
may not see. So an AMI goes only when

* Glance has said so twice, at least ``_APART`` seconds apart, and
* the same credentials were shown, in the same round, to see private images of
  others: a record that belongs to nobody is made, read and deleted again.
  Who may not see others' images may not make such a record either.

Credentials that fail the proof remove nothing, ever, and the log says so.
"""

import dataclasses
import time
from typing import Any

from nova import exception as nova_exc
from nova.image import glance
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.ops import service_user
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Images that Glance is asked for in one round; the others have their turn in
# the next ones.
_LOOKS = 100
# Seconds between the two times that Glance must not know an image.
_APART = 600.0

PROBE_OWNER = 'nova-ec2-nobody'
"""The project, which does not exist, that owns the records of the proof."""


@dataclasses.dataclass
class DiscardedImages:
    """Looks after the AMIs that one host has made, and Cinder's.

    :param interval: seconds between two rounds; 0 for none
    """

    site: Site
    interval: float
    _begun: float = float('-inf')
    # AMI: when Glance was asked for its image last.
    _asked: dict[str, float] = dataclasses.field(default_factory=dict)
    # AMI: when Glance first did not know its image.
    _missed: dict[str, float] = dataclasses.field(default_factory=dict)

    def __call__(self) -> None:
        """One round, if it is time for one.

        Failures are logged: the power sync, which this is part of, goes on.
        """
        now = time.monotonic()
        if not self.interval or now - self._begun < self.interval:
            return
        self._begun = now
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                self._round()
        except Exception:
            LOG.exception('Whether AMIs of deleted images are left could not '
                          'be seen; the next round tries again')

    def _round(self) -> None:
        # Those that Cinder made of volumes have no host: any sees to them.
        amis = {ami.image_id: ami for ami in self.site.ec2.images.find({
            tag_keys.CLOUD: self.site.cloud_id})
            if tag_keys.IMAGE in ami.tags
            and ami.tags.get(tag_keys.HOST, self.site.host) == self.site.host}
        for memory in (self._asked, self._missed):
            for gone in memory.keys() - amis.keys():
                del memory[gone]
        context = service_user.context()
        if not amis or context is None:
            return
        turn = sorted(amis, key=lambda ami: self._asked.get(ami, 0.0))
        missing = [amis[ami] for ami in turn[:_LOOKS]
                   if self._is_missing(context, amis[ami])]
        if missing and _sees_everything(context):
            for ami in missing:
                self._remove(ami)

    def _is_missing(self, context: Any, ami: Image) -> bool:
        """Whether Glance does not know the image, now and some time ago."""
        now = self._asked[ami.image_id] = time.monotonic()
        try:
            glance.API().get(context, ami.tags[tag_keys.IMAGE])
        except nova_exc.ImageNotFound:
            first = self._missed.setdefault(ami.image_id, now)
            return now - first >= _APART
        except service_user.REFUSED as error:
            LOG.debug('Nothing is known of the image of AMI %s: %s',
                      ami.image_id, error)
        self._missed.pop(ami.image_id, None)
        return False

    def _remove(self, ami: Image) -> None:
        LOG.info('AMI %s goes, and its snapshots: image %s was deleted from '
                 'Glance', ami.image_id, ami.tags[tag_keys.IMAGE])
        try:
            self.site.ec2.images.delete(ami)
        except exc.NovaEC2Error as error:
            LOG.warning('AMI %s could not be removed; the next round tries '
                        'again: %s', ami.image_id, error)


def _sees_everything(context: Any) -> bool:
    """Whether Glance shows private images of others to these credentials."""
    api = glance.API()
    try:
        probe = api.create(context, {
            'name': 'nova-ec2 probe, may be deleted', 'owner': PROBE_OWNER,
            'visibility': 'private', 'disk_format': 'raw',
            'container_format': 'bare'})['id']
    except service_user.REFUSED as error:
        return _blind(error)
    try:
        seen = api.get(context, probe)
        return bool(seen['owner'] == PROBE_OWNER) or _blind(seen['owner'])
    except nova_exc.ImageNotFound as error:
        return _blind(error)
    finally:
        _discard(context, probe)


def _blind(why: Any) -> bool:
    LOG.warning("The service user of [neutron] does not see others' private "
                'images in Glance, so AMIs of deleted images cannot be told '
                'from those of hidden ones and stay. Give it the role admin, '
                'or remove such AMIs by hand: %s', why)
    return False


def _discard(context: Any, probe: str) -> None:
    try:
        glance.API().delete(context, probe)
    except Exception as error:
        LOG.warning('Image %s in Glance, made to see whether images of '
                    'others are shown, could not be deleted: %s', probe,
                    error)
