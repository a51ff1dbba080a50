# SPDX-License-Identifier: Apache-2.0
"""cinder-volume dies at a call to AWS, before it is sent or after its effect.

Whoever makes the call, or another one later, never comes back from it, so
nothing is tidied up, as in a process that was killed; what EC2 has done stays
done. A new service then begins.
"""

import functools
import threading
from unittest import mock

import eventlet
import eventlet.event
from cinder import service

from nova_ec2.aws.call import Caller
from tests.cinder import base

# Else they would be ended, tidying up, as soon as nobody knows them.
_PARKED = []


def _park():
    _PARKED.append(eventlet.getcurrent())
    eventlet.event.Event().wait()


def both_sides(test):
    """Run a test with ``after`` False and True, its last argument."""
    @functools.wraps(test)
    def run(self, *args):
        for after in (False, True):
            with self.subTest(after=after):
                test(self, *args, after)
    return run


class CrashTestCase(base.CinderTestCase):
    """A service that can die."""

    # Cinder's notes of what its services are doing.
    MOCK_WORKER = False

    def setUp(self):
        super().setUp()
        self._own_workers()

    def _own_workers(self):
        # All services are in this process, and each believes that it is it.
        service.Service.service_id = self.volume.manager.service_id

    def dies(self, ask, method, after):
        """Have the service die while it does something, and begin anew.

        :param ask: asks for it
        :param method: botocore's name of the call
        :param after: whether EC2 has done it
        """
        dead = threading.Event()
        callers = set()
        really = Caller._once

        def once(caller, name, *args, **kwargs):
            if caller in callers:
                _park()
            if name != method or dead.is_set():
                return really(caller, name, *args, **kwargs)
            if after:
                really(caller, name, *args, **kwargs)
            callers.add(caller)
            dead.set()
            return _park()
        patcher = mock.patch.object(Caller, '_once', once)
        patcher.start()
        self.addCleanup(patcher.stop)
        answer = ask()
        self.assertTrue(dead.wait(base.PATIENCE), f'no {method}')
        self.start_again()
        return answer

    def reset(self, what, path='volumes', status='available'):
        """As an administrator does."""
        self.api.api_post(f'/{path}/{what["id"]}/action',
                          {'os-reset_status': {'status': status}},
                          check_response_status=[202])

    def start_again(self):
        """Another volume service in place of the one that died."""
        self.volume.stop()
        self._services.remove(self.volume)
        self.volume = self.start_service('volume',
                                         host=self.volume.manager.host)
        self.assertTrue(self.volume.manager.driver.initialized)
        self._own_workers()
