# SPDX-License-Identifier: Apache-2.0
"""moto made ours: its tables point at our backend and our actions.

moto keeps its state in modules, so a process has one emulator at a time.
"""

import functools
import os
from typing import Any

# Before moto is imported: nothing here may look for an account, a proxy or
# a container of the machine, nor fill a region with AMIs nobody asked for.
os.environ['MOTO_EC2_LOAD_DEFAULT_AMIS'] = 'false'
os.environ.setdefault('AWS_EC2_METADATA_DISABLED', 'true')

from moto import settings as moto_settings  # noqa: E402
from moto.backends import get_backend  # noqa: E402
from moto.core.base_backend import BackendDict  # noqa: E402
from moto.core.model_instances import reset_model_data  # noqa: E402
from moto.ec2 import urls as ec2_urls  # noqa: E402
from moto.ec2.models import EC2Backend  # noqa: E402
from moto.ec2.models import ec2_backends  # noqa: E402
from moto.ec2.responses import EC2Response  # noqa: E402
from moto.server import DomainDispatcherApplication  # noqa: E402
from moto.server import create_backend_app  # noqa: E402

from nova_ec2.emulator import backend  # noqa: E402
from nova_ec2.emulator import responses  # noqa: E402
from nova_ec2.emulator.world import World  # noqa: E402

SERVICES = ('ec2', 'sts', 'iam', 'ssm', 'sqs', 'events', 'kms')
"""What is answered at all."""


def install(world: World) -> Any:
    """Point moto at ``world`` and return its WSGI application."""
    moto_settings.ENABLE_AMI_VALIDATION = True
    moto_settings.EC2_ENABLE_INSTANCE_TYPE_VALIDATION = True
    moto_settings.ENABLE_KEYPAIR_VALIDATION = True
    forget()
    ec2_backends.backend = functools.partial(  # type: ignore[assignment]
        backend.StrictBackend, world=world)
    ec2_urls.url_paths = {'{0}/': responses.StrictResponse.dispatch}
    application = DomainDispatcherApplication(create_backend_app)
    for service in ('ec2', 'sts'):
        get_backend(service)
    return application


def uninstall() -> None:
    """Leave moto as it was."""
    forget()
    ec2_backends.backend = EC2Backend
    ec2_urls.url_paths = {'{0}/': EC2Response.dispatch}


def forget() -> None:
    """Drop all accounts and regions of all services."""
    BackendDict.reset()
    reset_model_data()
    for account in list(ec2_backends):
        del ec2_backends[account]


def backend_of(account_id: str, region: str) -> backend.StrictBackend:
    """The EC2 of an account and region; KeyError for an unknown region."""
    found: backend.StrictBackend = ec2_backends[account_id][region]
    return found


def backends() -> list[backend.StrictBackend]:
    """Every EC2 that was used so far."""
    return [one for regions in ec2_backends.values()
            for one in dict(regions).values()]
