# SPDX-License-Identifier: Apache-2.0
"""EC2's states in Nova's words."""

import unittest

from nova.compute import power_state

from nova_ec2.mapping import power
from nova_ec2.models.server import ServerState


class PowerTest(unittest.TestCase):
    def test_every_state(self):
        self.assertEqual(
            {'pending': power_state.NOSTATE, 'running': power_state.RUNNING,
             'stopping': power_state.RUNNING,
             'stopped': power_state.SHUTDOWN,
             'shutting-down': power_state.CRASHED,
             'terminated': power_state.CRASHED},
            {str(state): power.power_of(state) for state in ServerState})
