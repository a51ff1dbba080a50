# SPDX-License-Identifier: Apache-2.0
"""Builds what the commands of ``nova-ec2`` need of AWS."""

from typing import Any

from nova_ec2.aws.api import EC2
from nova_ec2.aws.api.pricing import Pricing
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing import Pacer
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings


def session(conf: Any) -> Session:
    """A session with the credentials and Region of ``[ec2]``."""
    return Session(AwsSettings.of(conf.ec2))


def ec2(conf: Any) -> EC2:
    """EC2 of that account and Region.

    :raises ConfigurationError: no Region is configured
    """
    return EC2.over(_caller(conf, 'ec2'))


def pricing(conf: Any) -> Pricing:
    """AWS's Price List, in the Region next to that one that has it."""
    return Pricing(_caller(conf, 'pricing'))


def _caller(conf: Any, service: str) -> Caller:
    return Caller(session(conf), service, pacer=Pacer(
        share=conf.ec2.api_share, timeout=conf.ec2.pacing_timeout))
