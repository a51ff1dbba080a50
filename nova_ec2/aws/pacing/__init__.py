# SPDX-License-Identifier: Apache-2.0
"""Pace before, not after: EC2's published limits, kept on this side.

``buckets`` is the table, ``level`` the arithmetic of one bucket, ``lane`` the
queue before one action, ``standing`` who goes first, ``pacer`` all together.
"""

from nova_ec2.aws.pacing.lane import LOCAL, Usage
from nova_ec2.aws.pacing.pacer import Pacer
from nova_ec2.aws.pacing.standing import Priority, current, priority

__all__ = ['LOCAL', 'Pacer', 'Priority', 'Usage', 'current',
           'priority']
