# SPDX-License-Identifier: Apache-2.0
"""How full a token bucket is. Pure arithmetic: no clock and no lock."""

import math

from nova_ec2.aws.pacing.buckets import Bucket

RECOVERY = 30.0
"""Seconds in which a rate that a throttle halved doubles again."""

SLOWEST = 1 / 16
"""No number of throttles slows an action below this part of its rate."""

# Seconds after which the rate is whole again, however slow it was.
_LONGEST = RECOVERY * math.log2(1 / SLOWEST)
# What rounding may take away from a token.
_CRUMB = 1e-9


class Level:
    """The tokens of one bucket, of which this process has a share.

    After a throttle the rate is halved and the bucket empty. From there the
    rate grows without steps, twice as much each ``RECOVERY`` seconds, until
    it is whole again: one throttle is made good in 30 s, four in 120 s.

    :param share: part of capacity and refill that is ours
    """

    def __init__(self, bucket: Bucket, share: float) -> None:
        # Less than one token of capacity would never let a call go.
        self.capacity = max(1.0, bucket.capacity * share)
        self.tokens = self.capacity
        self.factor = 1.0
        self._refill = bucket.refill * share

    @property
    def rate(self) -> float:
        """Tokens per second, just now."""
        return self._refill * self.factor

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.tokens = min(self.capacity, self.tokens + self._gain(seconds))
        if self.factor < 1.0:
            grown = 2 ** (min(seconds, _LONGEST) / RECOVERY)
            self.factor = min(1.0, self.factor * grown)

    def seconds_until(self, tokens: float) -> float:
        """How long it takes until ``tokens`` may be taken, 0 for now.

        More than the bucket holds may be taken once it is full.
        """
        missing = min(tokens, self.capacity) - self.tokens
        if missing <= _CRUMB:
            return 0.0
        slow = self._slow_for()
        earned = self._gain(slow)
        if missing > earned:
            return slow + (missing - earned) / self._refill
        return RECOVERY * math.log2(
            1 + missing * math.log(2) / (self.rate * RECOVERY))

    def take(self, tokens: float) -> None:
        """Take tokens; what is more than the bucket holds stays a debt."""
        self.tokens -= tokens

    def halve(self) -> None:
        """Halve the rate, down to ``SLOWEST``."""
        self.factor = max(SLOWEST, self.factor / 2)

    def drain(self, keep: float = 0.0) -> None:
        """Keep only this part of the tokens."""
        self.tokens = min(self.tokens, self.tokens * keep)

    def _slow_for(self) -> float:
        """Seconds until the rate is whole again."""
        return RECOVERY * math.log2(1 / self.factor)

    def _gain(self, seconds: float) -> float:
        """Tokens that come in within ``seconds`` from now."""
        if self.factor >= 1.0:
            return self._refill * seconds
        slow = min(seconds, self._slow_for())
        growth = (2 ** (slow / RECOVERY) - 1) * RECOVERY / math.log(2)
        return self.rate * growth + self._refill * (seconds - slow)
