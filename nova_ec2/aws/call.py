# SPDX-License-Identifier: Apache-2.0
"""The one way an AWS call is made: sent, logged, translated, tried again."""

import time
from typing import Any

import botocore.exceptions as boto
import botocore.parsers
import tenacity
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import errors, pacing, tally
from nova_ec2.aws.session import Session

LOG = logging.getLogger(__name__)

# All that botocore raises for a call; the last is in neither tree.
_BOTOS = (boto.ClientError, boto.BotoCoreError,
          botocore.parsers.ResponseParserError)
# Another try may help, and cannot have an effect twice.
_HARMLESS = (exc.Throttled, exc.EndpointUnreachable)
# Another try helps only where the call may take effect twice.
_AMBIGUOUS = (exc.ServiceFault, exc.OutcomeUnknown)

_READING = ('Describe', 'Get')

# Seconds between tries: exponential with full jitter between these.
_WAIT_FIRST = 0.2
_WAIT_LONGEST = 8.0


class Caller:
    """Calls one AWS service in one account and Region.

    :param pacer: where every try waits for its turn; None sends at once
    """

    def __init__(self, session: Session, service: str = 'ec2',
                 pacer: pacing.Pacer | None = None) -> None:
        self._session = session
        self._service = service
        self.pacer = pacer

    @property
    def region(self) -> str:
        """The Region that is called."""
        return self._session.region

    def take_turn(self, method: str) -> None:
        """Wait for the turn of a call that is not yet complete.

        Others may still join it meanwhile. The call itself, by the same
        thread, says ``turn_taken``.

        :raises Throttled: code ``LocalPacing``: it had no turn in time
        """
        if self.pacer:
            self.pacer.wait(self._action(method))

    def room(self, method: str) -> float:
        """How much of EC2's burst for a call is unused, from 0 to 1."""
        return self.pacer.room(self._action(method)) if self.pacer else 1.0

    def call(self, method: str, *, repeatable: bool = True,
             turn_taken: bool = False, **parameters: Any
             ) -> dict[str, Any]:
        """Call ``method`` (botocore's name) and return the parsed answer.

        :param repeatable: the call may take effect twice without harm: it
            reads, is idempotent, or carries a client token. Others are tried
            again only where EC2 certainly did nothing.
        :param turn_taken: :meth:`take_turn` was called for the first try
        :raises AWSError: EC2's answer, by aws/errors.py
        :raises Throttled: code ``LocalPacing``: not sent, it had no turn in
            time
        :raises EndpointUnreachable: no connection could be made
        :raises OutcomeUnknown: the reply was lost and nothing settles it
        """
        retried = _HARMLESS + _AMBIGUOUS if repeatable else _HARMLESS
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, retried)
                and not _had_no_turn(error)),
            stop=self._tried_enough,
            wait=tenacity.wait_random_exponential(
                multiplier=_WAIT_FIRST, max=_WAIT_LONGEST),
            before_sleep=_log_retry, reraise=True)
        turns = iter((0.0,) if turn_taken else ())
        answer: dict[str, Any] = retry(
            lambda: self._once(method, parameters, next(turns, 1.0)))
        return answer

    def _action(self, method: str) -> str:
        client = self._session.client(self._service)
        return str(client.meta.method_to_api_mapping[method])

    def _once(self, method: str, parameters: dict[str, Any],
              tokens: float) -> dict[str, Any]:
        client = self._session.client(self._service)
        action = self._action(method)
        if self.pacer:
            self.pacer.wait_for_call(action, parameters, tokens=tokens)
        begun = time.monotonic()
        try:
            answer: dict[str, Any] = getattr(client, method)(**parameters)
        except _BOTOS as error:
            ours = errors.translate(error, action)
            tally.CALLS.add(action, type(ours).__name__,
                            time.monotonic() - begun)
            LOG.debug('%s failed after %.3f s: %s', action,
                      time.monotonic() - begun, ours)
            if self.pacer and isinstance(ours, exc.Throttled):
                self.pacer.throttled(action, parameters)
            raise ours from error
        tally.CALLS.add(action, 'ok', time.monotonic() - begun)
        # What changed something can be traced at AWS by its request id.
        LOG.log(logging.DEBUG if action.startswith(_READING)
                else logging.INFO, '%s took %.3f s, AWS request %s', action,
                time.monotonic() - begun,
                answer.get('ResponseMetadata', {}).get('RequestId', '-'))
        return answer

    def _tried_enough(self, state: tenacity.RetryCallState) -> bool:
        """A throttled call did nothing and was slowed: only time ends it."""
        error = state.outcome.exception() if state.outcome else None
        if self.pacer and isinstance(error, exc.Throttled):
            return (state.seconds_since_start or 0) >= self.pacer.timeout
        return bool(state.attempt_number >= self._session.settings.attempts)


def _had_no_turn(error: BaseException) -> bool:
    return isinstance(error, exc.Throttled) and error.code == pacing.LOCAL


def _log_retry(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    LOG.info('Try %d did not succeed, trying again: %s',
             state.attempt_number, error)
