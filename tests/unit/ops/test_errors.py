# SPDX-License-Identifier: Apache-2.0
"""Every error of ours becomes one of Nova's, and the right one."""

import unittest

from nova import exception as nova_exc
from nova import objects

from nova_ec2 import exceptions as exc
from nova_ec2.ops import errors

objects.register_all()
INSTANCE = objects.Instance(
    uuid='8d1c9c3e-6f3f-4c63-8d3c-0f2b8b2f6a11',
    image_ref='3f1cd2e0-4b1d-4a44-9d8e-5a0a4b1c7f10')

# What makes Nova try another host; all else ends the build.
RESCHEDULING = {exc.AWSError, exc.CapacityExhausted, exc.Throttled,
                exc.IncorrectState, exc.TokenSpent, exc.ServiceFault,
                exc.EndpointUnreachable, exc.OutcomeUnknown,
                exc.WaitTimedOut, exc.FleetUnavailable}
ENDING = (nova_exc.BuildAbortException, nova_exc.ImageUnacceptable,
          nova_exc.UnexpectedDeletingTaskStateError)


def tree(cls=exc.NovaEC2Error):
    for sub in cls.__subclasses__():
        if sub.__module__ == exc.__name__:
            yield sub
            yield from tree(sub)


def raised(cls, building):
    with_words = cls('the words')
    try:
        with errors.as_nova(INSTANCE, building=building):
            raise with_words
    except nova_exc.NovaException as error:
        assert error.__cause__ is with_words
        return error
    raise AssertionError('nothing was raised')


class TableTest(unittest.TestCase):

    def test_it_has_every_class_and_no_other(self):
        self.assertEqual(set(tree()), set(errors.TABLE))

    def test_every_row_makes_an_exception_of_nova(self):
        for cls in tree():
            for building in (True, False):
                with self.subTest(cls.__name__, building=building):
                    self.assertIsInstance(raised(cls, building),
                                          nova_exc.NovaException)

    def test_which_builds_are_tried_elsewhere(self):
        for cls in tree():
            with self.subTest(cls.__name__):
                error = raised(cls, building=True)
                self.assertEqual(cls not in RESCHEDULING,
                                 isinstance(error, ENDING))

    def test_ec2s_words_reach_the_user(self):
        for cls in set(tree()) - {exc.BuildCancelled}:
            with self.subTest(cls.__name__):
                self.assertIn('the words',
                              raised(cls, True).format_message())

    def test_what_failed_is_never_not_found(self):
        for cls in set(tree()) - {exc.NotFound, exc.NotOwned}:
            with self.subTest(cls.__name__):
                self.assertNotIsInstance(raised(cls, False),
                                         nova_exc.InstanceNotFound)

    def test_not_knowing_makes_nova_skip_its_round(self):
        for cls in (exc.FleetUnavailable, exc.EndpointUnreachable):
            self.assertIsInstance(raised(cls, False),
                                  nova_exc.VirtDriverNotReady)

    def test_others_pass(self):
        with self.assertRaises(KeyError), errors.as_nova(INSTANCE):
            raise KeyError
