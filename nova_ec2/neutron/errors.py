# SPDX-License-Identifier: Apache-2.0
"""Our errors become Neutron's, by one table."""

import contextlib
from collections.abc import Iterator

from neutron_lib import exceptions as neutron_exc
from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)


class EC2Refused(neutron_exc.BadRequest):
    """HTTP 400: EC2 has no such thing, or does not take this value."""

    message = '%(reason)s'


class EC2Full(neutron_exc.Conflict):
    """HTTP 409: a limit of EC2 or of the AWS account is reached."""

    message = '%(reason)s'


class EC2Conflict(neutron_exc.Conflict):
    """HTTP 409: the state of something on EC2 does not allow it."""

    message = '%(reason)s'


class EC2Unavailable(neutron_exc.ServiceUnavailable):
    """HTTP 503: AWS could not be asked, or did not do it."""

    message = '%(reason)s'


# All others are AWS's failure, or ours to reach it.
TABLE: dict[type[exc.NovaEC2Error], type[neutron_exc.NeutronException]] = {
    exc.RequestRefused: EC2Refused,
    exc.InvalidRequest: EC2Refused,
    exc.QuotaExceeded: EC2Full,
    exc.BudgetExhausted: EC2Full,
    exc.SubnetFull: EC2Full,
    exc.AddressTaken: EC2Conflict,
    exc.AlreadyExists: EC2Conflict,
    exc.IncorrectState: EC2Conflict,
    exc.NotOwned: EC2Conflict,
    exc.NovaEC2Error: EC2Unavailable,
}


def translate(error: exc.NovaEC2Error) -> neutron_exc.NeutronException:
    """Neutron's exception for one of ours."""
    kind = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    return kind(reason=str(error))


@contextlib.contextmanager
def as_neutron() -> Iterator[None]:
    """Raise Neutron's exception for whatever of ours is raised inside."""
    try:
        yield
    except exc.NovaEC2Error as error:
        raise translate(error) from error


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Neutron has saved it: what cannot be done now, the loop does."""
    try:
        yield
    except exc.NovaEC2Error as error:
        LOG.error('EC2 does not follow %s yet; it is tried again with the '
                  'next round: %s', what, error)
