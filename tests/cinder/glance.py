# SPDX-License-Identifier: Apache-2.0
"""A Glance for Cinder's own client code: images in memory."""

import uuid
from unittest import mock

import glanceclient.exc

CALL = 'cinder.image.glance.GlanceClientWrapper.call'

_BASE = {'id', 'name', 'status', 'disk_format', 'container_format',
         'visibility', 'size', 'min_disk', 'min_ram', 'owner'}


class Record(dict):
    """An image as glanceclient shows it."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class _Schema:
    @staticmethod
    def is_base_property(name):
        return name in _BASE


class Glance:
    """What Cinder's GlanceClientWrapper asks of it.

    :ivar images: by id
    :ivar failures: names of methods that fail, each once
    :ivar lost: likewise, whose effect takes place
    """

    def __init__(self):
        self.images = {}
        self.failures, self.lost = set(), set()

    def patched(self):
        """A patcher of Cinder's client."""
        return mock.patch(CALL, self._call)

    def add(self, **properties):
        """An active image."""
        made = self.create(name='linux', **properties)
        made.update(status='active', disk_format='raw', size=1,
                    container_format='bare')
        return made

    def _call(self, _context, method, *args, controller='images', **kwargs):
        if controller == 'schemas':
            return _Schema
        if method in self.failures:
            self.failures.remove(method)
            raise glanceclient.exc.HTTPInternalServerError
        kwargs.pop('privileged_user', None)
        answer = getattr(self, method)(*args, **kwargs)
        if method in self.lost:
            self.lost.remove(method)
            raise glanceclient.exc.HTTPInternalServerError
        return answer

    def create(self, **values):
        image_id = str(uuid.uuid4())
        self.images[image_id] = Record(
            values, id=image_id, status='queued',
            min_disk=int(values.get('min_disk', 0)), visibility='private')
        return self.images[image_id]

    def get(self, image_id):
        if image_id not in self.images:
            raise glanceclient.exc.HTTPNotFound
        return self.images[image_id]

    def update(self, image_id, remove_props=(), **values):
        image = self.get(image_id)
        for name in remove_props:
            del image[name]
        image.update(values)
        return image

    def upload(self, image_id, data):
        image = self.get(image_id)
        if image['status'] != 'queued':
            raise glanceclient.exc.HTTPConflict
        image.update(status='active', size=len(data.read()))

    def delete(self, image_id):
        del self.images[image_id]

    def get_image_locations(self, image_id):
        return []
