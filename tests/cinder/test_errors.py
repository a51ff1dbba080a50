# SPDX-License-Identifier: Apache-2.0
"""Every error of ours is one of Cinder's."""

import unittest

from cinder import exception as cinder_exc

from nova_ec2 import exceptions as exc
from nova_ec2.cinder.errors import as_cinder


def kinds(parent=exc.NovaEC2Error):
    """All classes of errors."""
    yield parent
    for one in parent.__subclasses__():
        yield from kinds(one)


class ErrorTest(unittest.TestCase):

    def test_each_becomes_cinders_with_its_words(self):
        for kind in kinds():
            with self.assertRaises(cinder_exc.CinderException) as caught, (
                    as_cinder()):
                raise kind('what was asked')
            self.assertIn('what was asked', str(caught.exception), kind)
