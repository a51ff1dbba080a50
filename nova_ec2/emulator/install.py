# SPDX-License-Identifier: Apache-2.0
"""moto made ours: its tables point at our backend and our actions.

moto keeps its state in modules, so a process has one emulator at a time.
"""

import functools
from typing import Any

from moto import settings as moto_settings
from moto.backends import get_backend
from moto.cloudwatch import urls as cloudwatch_urls
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core import responses as moto_responses
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.utils import get_service_model, method_names_from_class
from moto.ebs import urls as ebs_urls
from moto.ebs.responses import EBSResponse
from moto.ec2 import urls as ec2_urls
from moto.ec2.models import (
    EC2Backend,
    ec2_backends,
    elastic_block_store,
    elastic_network_interfaces,
)
from moto.ec2.models.elastic_block_store import Volume
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses import EC2Response
from moto.ec2instanceconnect import urls as connect_urls
from moto.ec2instanceconnect.responses import Ec2InstanceConnectResponse
from moto.server import DomainDispatcherApplication, create_backend_app
from moto.servicequotas import urls as quota_urls
from moto.servicequotas.responses import ServiceQuotasResponse
from moto.ssm import urls as ssm_urls
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.sts import urls as sts_urls
from moto.sts.responses import TokenResponse

from nova_ec2.emulator import (
    backend,
    cloudwatch,
    direct,
    instance_connect,
    interface,
    responses,
    service_quotas,
    ssm,
    sts,
    volume,
)
from nova_ec2.emulator.world import World

SERVICES = ('ec2', 'sts', 'iam', 'ssm', 'sqs', 'events', 'kms',
            'monitoring', 'ec2-instance-connect', 'ebs', 'servicequotas',
            'pricing')
"""What is answered at all."""

# Tables of other services: where moto looks, ours, moto's.
_BESIDE: tuple[tuple[Any, Any, Any], ...] = (
    (ssm_urls, ssm.StrictSSM, SimpleSystemManagerResponse),
    (sts_urls, sts.StrictSTS, TokenResponse),
    (cloudwatch_urls, cloudwatch.StrictCloudWatch, CloudWatchResponse),
    (quota_urls, service_quotas.StrictServiceQuotas, ServiceQuotasResponse),
    (connect_urls, instance_connect.StrictInstanceConnect,
     Ec2InstanceConnectResponse))

# moto looks through a thousand names for each call: half of its time.
_names_of = functools.cache(method_names_from_class)


def install(world: World) -> Any:
    """Point moto at ``world`` and return its WSGI application."""
    moto_settings.ENABLE_AMI_VALIDATION = True
    moto_settings.EC2_ENABLE_INSTANCE_TYPE_VALIDATION = True
    moto_settings.ENABLE_KEYPAIR_VALIDATION = True
    moto_responses.method_names_from_class = _names_of
    forget()
    ec2_backends.backend = functools.partial(
        backend.StrictBackend, world=world)
    ec2_urls.url_paths = {'{0}/': responses.StrictResponse.dispatch}
    for urls, strict, _ in _BESIDE:
        strict.world = world
        urls.url_paths = {'{0}/$': strict.dispatch}
    direct.StrictEBS.world = world
    ebs_urls.url_paths = dict.fromkeys(ebs_urls.url_paths,
                                       direct.StrictEBS.dispatch)
    elastic_block_store.Volume = volume.StrictVolume
    elastic_network_interfaces.NetworkInterface = interface.StrictInterface
    application = DomainDispatcherApplication(create_backend_app)
    # What would make the first call slow.
    for service in ('ec2', 'sts'):
        get_backend(service)
        get_service_model(service)
        application.app_instances[service] = create_backend_app(service)
    return application


def uninstall() -> None:
    """Leave moto as it was."""
    forget()
    moto_responses.method_names_from_class = method_names_from_class
    ec2_backends.backend = EC2Backend
    ec2_urls.url_paths = {'{0}/': EC2Response.dispatch}
    for urls, _, plain in _BESIDE:
        urls.url_paths = {'{0}/$': plain.dispatch}
    ebs_urls.url_paths = dict.fromkeys(ebs_urls.url_paths,
                                       EBSResponse.dispatch)
    elastic_block_store.Volume = Volume
    elastic_network_interfaces.NetworkInterface = NetworkInterface


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
